/** The filter, interpreted as the kernel does it: what is allowed is listed, and no other process can come into being. */
import { describe, expect, it } from "vitest"
import { type SeccompArch, seccompFilter, type SeccompProfile } from "./seccomp.ts"

const ARCH = { x64: 0xc000003e, arm64: 0xc00000b7 } as const
const NAMES: Readonly<Record<string, string>> = { [0x7fff0000]: "allow", [0x80000000]: "kill", [0x50001]: "EPERM", [0x50026]: "ENOSYS" }

/** Runs a filter on a call. */
function judge(profile: SeccompProfile, arch: SeccompArch, number: number, args: readonly number[] = [], as: number = ARCH[arch]): string {
  const code = new DataView(seccompFilter(profile, arch).buffer)
  const data: Readonly<Record<number, number>> = { 0: number, 4: as, 16: args[0] ?? 0, 24: args[1] ?? 0 }
  let a = 0
  for (let at = 0; ; at++) {
    const operand = code.getUint32(at * 8 + 4, true)
    const [yes, no] = [code.getUint8(at * 8 + 2), code.getUint8(at * 8 + 3)]
    switch (code.getUint16(at * 8, true)) {
      case 0x20:
        a = data[operand] as number
        break
      case 0x15:
        at += a === operand ? yes : no
        break
      case 0x35:
        at += a >= operand ? yes : no
        break
      case 0x45:
        at += (a & operand) !== 0 ? yes : no
        break
      case 0x06:
        return NAMES[operand] ?? `unknown ${operand}`
      default:
        throw new Error("no such instruction")
    }
  }
}

describe("the filter of system calls", () => {
  it.each(["program", "tool"] as const)("lets a %s read, write and end", (profile) => {
    for (const [x64, arm64] of [[0, 63], [1, 64], [231, 94]] as const) {
      expect(judge(profile, "x64", x64)).toBe("allow")
      expect(judge(profile, "arm64", arm64)).toBe("allow")
    }
  })

  it.each(["program", "tool"] as const)("lets a %s start no process, trace nothing, open no socket, mount nothing", (profile) => {
    // fork, vfork, kill, ptrace, socket, connect, mount, unshare, setns, bpf, keyctl, perf_event_open, io_uring_enter, memfd_create, execveat
    for (const number of [57, 58, 62, 101, 41, 42, 165, 272, 308, 321, 250, 298, 426, 319, 322]) expect(judge(profile, "x64", number), String(number)).toBe("EPERM")
    for (const number of [129, 117, 198, 203, 40, 97, 268, 280, 219, 241, 279, 281]) expect(judge(profile, "arm64", number), String(number)).toBe("EPERM")
  })

  it("lets a tool start threads and nothing else, whatever the flags are", () => {
    for (const flags of [0, 17, 0x5451, 0x5421, 0x11, 0xfffeffff]) {
      expect(judge("tool", "x64", 56, [flags])).toBe("EPERM")
      expect(judge("tool", "arm64", 220, [flags])).toBe("EPERM")
    }
    expect(judge("tool", "x64", 56, [0x3d0f00])).toBe("allow")
    expect(judge("program", "x64", 56, [0x3d0f00])).toBe("EPERM")
    expect(judge("tool", "x64", 435)).toBe("ENOSYS")
  })

  it("lets a tool change its own descriptors, and type into no terminal", () => {
    expect(judge("tool", "x64", 16, [0, 0x5421])).toBe("allow")
    expect(judge("tool", "x64", 16, [0, 0x5451])).toBe("allow")
    // TIOCSTI, and a first argument that looks like an allowed request.
    expect(judge("tool", "x64", 16, [0x5421, 0x5412])).toBe("EPERM")
  })

  it("kills calls of another form: 32 bits, x32, another processor", () => {
    expect(judge("tool", "x64", 1, [], 0x40000003)).toBe("kill")
    expect(judge("tool", "x64", 0x40000001)).toBe("kill")
    expect(judge("program", "arm64", 64, [], ARCH.x64)).toBe("kill")
  })
})
