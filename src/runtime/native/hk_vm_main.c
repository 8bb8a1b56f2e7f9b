/*
 * A native program that runs a file of the VM: the interpreter's tests and benchmarks without a compiler or a browser.
 */
#define main hk_vm_unused_main
#include "hk_host_native.c"
#undef main
#include "hk_vm_host.h"

#include <stdio.h>

const hk_site hk_sites[1] = {{"", "", 0, 0}};
const uint32_t hk_site_count = 0;

int32_t hk_main(void) { return 0; }

/* Nothing is compiled here. */
void hk_host_hot(int32_t what, uint32_t number) {
  (void)what;
  (void)number;
}

int main(int argc, char **argv) {
  FILE *file = argc < 2 ? NULL : fopen(argv[1], "rb");
  if (file == NULL) {
    fputs("needs the file of a program\n", stderr);
    return 2;
  }
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  hk_heap_start(NULL);
  void *data = hk_vm_buffer((uint32_t)size);
  int32_t answer = fread(data, 1, (size_t)size, file) == (size_t)size ? hk_vm_load(data, (uint32_t)size) : 1;
  fclose(file);
  if (answer != 0) {
    fprintf(stderr, "the program is refused: %d at %u\n", answer, hk_vm_damage());
    return 2;
  }
  hk_vm_start(HK_LIMIT_DEPTH);
  while (hk_vm_resume(1000, 100000) != 0) {}
  return hk_vm_finish() & 255;
}
