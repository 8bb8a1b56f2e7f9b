/*
 * What a host calls to run a program of the VM.
 */
#ifndef HK_VM_HOST_H
#define HK_VM_HOST_H

#include "hk_value.h"

/* Answers of hk_vm_load. */
enum { HK_VM_OK, HK_VM_NOT_A_PROGRAM, HK_VM_WRONG_VERSION, HK_VM_WRONG_RUNTIME, HK_VM_DAMAGED };
/* How a slice of a run ended. */
enum { HK_VM_DONE, HK_VM_RAISED, HK_VM_PAUSED };

/* Room for a program; loads it: an answer of the above. */
HK_EXPORT void *hk_vm_buffer(uint32_t size);
HK_EXPORT int32_t hk_vm_load(void *data, uint32_t size);
/* Which check a damaged program failed: the word of the code, or all ones. */
HK_EXPORT uint32_t hk_vm_damage(void);
/* Begins the run of main. */
HK_EXPORT void hk_vm_start(int32_t depth_limit);
/* Runs for at most that many slices of that many jumps back and calls: one of the above. */
HK_EXPORT int32_t hk_vm_resume(int32_t slices, int32_t budget);
/* After HK_VM_DONE: the exit code. */
HK_EXPORT int32_t hk_vm_finish(void);
/* Releases what variables and immortal objects hold. */
HK_EXPORT void hk_vm_teardown(void);
/* The word of the code where the n-th frame from the top is, -1 behind the last; its registers, null behind the last. */
HK_EXPORT int32_t hk_vm_frame(int32_t n);
HK_EXPORT void *hk_vm_registers(int32_t n);
/* How often a function or a loop was running when the budget ended. */
HK_EXPORT uint32_t hk_vm_function_ticks(uint32_t function);
HK_EXPORT uint32_t hk_vm_loop_ticks(uint32_t loop);

#endif
