/** Where the command finds the runtime for native programs. */
import { fileURLToPath } from "node:url"

/** Folder beside the command, with a folder for each processor. */
export function nativeRuntime(): string {
  return fileURLToPath(new URL("./runtime/native", import.meta.url))
}
