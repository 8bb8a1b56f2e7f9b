/*
 * The runtime with the interpreter as one translation unit.
 */
#include "hk_all.c"

#include "hk_vm_load.c"

#include "hk_vm.c"

#include "hk_vm_debug.c"
