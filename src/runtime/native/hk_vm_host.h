/*
 * What a host calls to run a program of the VM.
 */
#ifndef HK_VM_HOST_H
#define HK_VM_HOST_H

#include "hk_value.h"

/* Answers of hk_vm_load. */
enum { HK_VM_OK, HK_VM_NOT_A_PROGRAM, HK_VM_WRONG_VERSION, HK_VM_WRONG_RUNTIME, HK_VM_DAMAGED };
/* How a slice of a run ended. */
enum { HK_VM_DONE, HK_VM_RAISED, HK_VM_PAUSED, HK_VM_STOPPED };

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

/*
 * Compiled code. It takes over a frame at a word of the code, a function's start or a block that a loop jumps back to, with the
 * registers as they are there (hk_vm_place gives where the frame is; frames move in calls). `fuel` is how many turns of a loop it
 * should take before it comes back. It answers one of the below, with a result in the registers from 0 on, or the word of the code
 * where the interpreter is to go on in the same frame.
 */
typedef int64_t (*hk_vm_compiled)(int64_t fuel);
enum { HK_VM_RETURNED = -1, HK_VM_RETURNED_ERROR = -2 };
/* Puts compiled code over a word, or in place of the code there. What runs goes on as it is until it comes there. 0 for a wrong word. */
HK_EXPORT int32_t hk_vm_install(uint32_t word, hk_vm_compiled entry);
/* What hk_vm_place gives the address of: pointers to strings, to immortal objects; variables; the pointer to the frame's registers; the
   counter of calls; the functions of the program. */
enum { HK_VM_STRINGS, HK_VM_STATICS, HK_VM_GLOBALS, HK_VM_FRAME, HK_VM_DEPTH, HK_VM_CODE };
HK_EXPORT void *hk_vm_place(int32_t what);
/* A call of an interpreted function from compiled code: where to put the arguments; then the call, which gives where its result is, or
   null if it raised the pending error. */
HK_EXPORT void *hk_vm_arguments(uint32_t function);
HK_EXPORT void *hk_vm_call(uint32_t function);
/* When the host is to be told of a function or a loop: after so many calls, after so many turns. */
HK_EXPORT void hk_vm_await_calls(uint32_t function, int32_t calls);
HK_EXPORT void hk_vm_await_turns(uint32_t loop, int32_t turns);
/* Interpreted calls of a function so far. */
HK_EXPORT uint32_t hk_vm_calls(uint32_t function);
/* Turns that compiled code may take in one loop in its first run, and in any; before code is installed. */
HK_EXPORT void hk_vm_fuel(int64_t first, int64_t most);
/* Whether the host is told of every tick. */
HK_EXPORT void hk_vm_watch(int32_t every_tick);

/* What the host is told: a function or a loop has reached its number, or time has passed. It may install code. */
enum { HK_VM_HOT_FUNCTION, HK_VM_HOT_LOOP, HK_VM_TICK };
#if defined(__wasm__)
__attribute__((import_module("host"), import_name("hk_host_hot")))
#endif
void hk_host_hot(int32_t what, uint32_t number);
/* The debugger. Room for a mark for each point of a program; where to stop, as hk_vm_debug_state says; what was counted. */
HK_EXPORT void *hk_vm_debug_marks(uint32_t count);
/* Counts from now on how often each of so many points is passed: 64 bits for each. */
HK_EXPORT void *hk_vm_debug_counts(uint32_t count);
HK_EXPORT void hk_vm_debug_stop_at(int64_t since, int64_t until, int64_t reach, int64_t failing, int32_t records);
HK_EXPORT int64_t hk_vm_debug_time(void);
HK_EXPORT int64_t hk_vm_debug_seen(void);
HK_EXPORT int64_t hk_vm_debug_failures(void);
/* Nonzero if the run left by hk_host_exit because of a stop inside a call of the runtime. */
HK_EXPORT int32_t hk_vm_debug_inside(void);
/* The failure that raised the pending error, 0 if none is pending or it never took an edge. */
HK_EXPORT int64_t hk_vm_debug_raised(void);
/* Where the n-th frame from the top begins, in registers from the start of the stack; -1 behind the last. */
HK_EXPORT int32_t hk_vm_debug_frame(int32_t n);
/* Variables of the program, its n-th immortal object, and the entries of a map: places in it, removed ones included; the key of a place, null if it was
   removed; its value. */
HK_EXPORT void *hk_vm_debug_globals(void);
HK_EXPORT void *hk_vm_debug_static(uint32_t n);
HK_EXPORT uint32_t hk_vm_debug_map_places(const void *map);
HK_EXPORT const void *hk_vm_debug_map_key(const void *map, uint32_t place);
HK_EXPORT const void *hk_vm_debug_map_value(const void *map, uint32_t place);

#endif
