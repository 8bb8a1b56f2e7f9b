/** The interpreter's own check of bytecode, asked by itself: what is refused here is never executed. */

/** Loads an image without running it; the answer of the interpreter, 0 if the image is in order. */
export function loadImage(machine: WebAssembly.Module, image: Uint8Array): number {
  const imports = Object.fromEntries(WebAssembly.Module.imports(machine).map((i) => [i.name, () => 0]))
  const exports = new WebAssembly.Instance(machine, { host: imports }).exports as unknown as {
    readonly memory: WebAssembly.Memory
    readonly __heap_base: WebAssembly.Global
    hk_heap_start(at: number): void
    hk_vm_buffer(size: number): number
    hk_vm_load(at: number, size: number): number
  }
  exports.hk_heap_start(exports.__heap_base.value as number)
  const at = exports.hk_vm_buffer(image.length)
  new Uint8Array(exports.memory.buffer, at, image.length).set(image)
  return exports.hk_vm_load(at, image.length)
}
