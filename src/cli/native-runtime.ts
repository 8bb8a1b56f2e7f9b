/** Where the command finds the runtime for native programs. */
import { fileURLToPath } from "node:url"

/** Folder beside the command, with a folder for each processor; from its sources, where the build puts it. */
export function nativeRuntime(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../../dist/runtime/native" : "./runtime/native", import.meta.url))
}
