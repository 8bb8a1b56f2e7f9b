/**
 * The sandbox against programs that want out: each is real machine code that makes the system calls in question.
 *
 * The one idea: one small program without a library makes whatever call its arguments name and prints what the kernel said; the rest are
 * loops that take all they can get. What must hold is seen from outside.
 */
import { spawnSync } from "node:child_process"
import { createServer } from "node:net"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { findLlvm } from "../setup/tools.ts"
import { findSandbox, hasSandbox, runSandboxed, SandboxError, type SandboxEnd, type SandboxLimits, type SandboxTools } from "./sandbox.ts"
import type { SeccompProfile } from "./seccomp.ts"

const PROBE = String.raw`
typedef long word;
static word call(word n, word a, word b, word c, word d, word e, word f) {
  register word r10 __asm__("r10") = d; register word r8 __asm__("r8") = e; register word r9 __asm__("r9") = f;
  word result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
}
static void put(const char *t) { word n = 0; while (t[n]) n++; call(1, 1, (word)t, n, 0, 0, 0); }
static void number(word v) {
  char digits[24]; int n = 24; word w = v < 0 ? -v : v;
  digits[--n] = 0; digits[--n] = '\n';
  do digits[--n] = '0' + w % 10; while (w /= 10);
  if (v < 0) digits[--n] = '-';
  put(digits + n);
}
static word read_number(const char *t) { word v = 0; int minus = *t == '-'; if (minus) t++; for (; *t >= '0' && *t <= '9'; t++) v = v * 10 + *t - '0'; return minus ? -v : v; }
static int is(const char *a, const char *b) { while (*a && *a == *b) a++, b++; return *a == *b; }
void start_c(word *stack) {
  word count = stack[0]; char **args = (char **)(stack + 1);
  if (count > 1 && is(args[1], "spin")) for (;;) __asm__ volatile("");
  if (count > 2 && is(args[1], "exit")) call(231, read_number(args[2]), 0, 0, 0, 0, 0);
  if (count > 1 && is(args[1], "sleep")) for (;;) { word t[2] = {1, 0}; call(35, (word)t, 0, 0, 0, 0, 0); call(24, 0, 0, 0, 0, 0, 0); }
  if (count > 1 && is(args[1], "flood")) for (;;) put("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n");
  if (count > 1 && is(args[1], "memory")) for (word n = 0;; n++) {
    word p = call(9, 0, 16 << 20, 3, 34, -1, 0);
    if (p < 0) { number(n); break; }
    for (word i = 0; i < 16 << 20; i += 4096) ((volatile char *)p)[i] = 1;
  }
  if (count > 1 && is(args[1], "file")) {
    word fd = call(2, (word)"/tmp/large", 66, 0600, 0, 0, 0), all = 0, n = -1;
    static char block[65536];
    if (fd >= 0) while ((n = call(1, fd, (word)block, sizeof block, 0, 0, 0)) > 0) all += n;
    number(fd < 0 ? fd : all);
  }
  if (count > 2 && is(args[1], "call")) {
    word a[7] = {0};
    for (int i = 2; i < count && i < 9; i++) a[i - 2] = args[i][0] == '/' || args[i][0] == '.' ? (word)args[i] : read_number(args[i]);
    number(call(a[0], a[1], a[2], a[3], a[4], a[5], a[6]));
  }
  call(231, 0, 0, 0, 0, 0, 0);
}
__asm__(".globl _start\n_start:\n movq %rsp, %rdi\n andq $-16, %rsp\n call start_c\n");
`

const llvm = findLlvm()
const tools: SandboxTools | null = hasSandbox() ? findSandbox() : null
const folder = mkdtempSync(join(tmpdir(), "hako-probe-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const limits: SandboxLimits = { wall: 10_000, cpu: 1000, memory: 256 << 20, output: 65_536, messages: 65_536, disk: 0 }
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe.skipIf(llvm === null || tools === null || tools.arch !== "x64")("a program in the sandbox", () => {
  let probe: Uint8Array = new Uint8Array()
  beforeAll(() => {
    writeFileSync(join(folder, "probe.c"), PROBE)
    const made = spawnSync(llvm?.clang ?? "", ["-O1", "-ffreestanding", "-fno-stack-protector", "-fno-builtin", "-c", "probe.c", "-o", "probe.o"], { cwd: folder, encoding: "utf8" })
    expect(made.stderr).toBe("")
    spawnSync(llvm?.lld ?? "", ["-static", "-e", "_start", "probe.o", "-o", "probe"], { cwd: folder })
    probe = readFileSync(join(folder, "probe"))
  })
  const run = (args: readonly string[], more: Partial<SandboxLimits> = {}, profile: SeccompProfile = "program"): Promise<SandboxEnd> =>
    runSandboxed(tools as SandboxTools, { profile, command: ["/program", ...args], mounts: [], files: [{ path: "/program", content: probe, executable: true }], folder: "/", input: new Uint8Array(), limits: { ...limits, ...more } })
  const said = async (profile: SeccompProfile, ...args: readonly string[]): Promise<number> => Number(text((await run(["call", ...args], {}, profile)).stdout))

  it("makes calls and is heard", async () => {
    // getrandom of nothing
    expect(await said("program", "318", "0", "0", "0")).toBe(0)
  })

  const EPERM = -1
  it.each([
    ["fork", "57"], ["vfork", "58"], ["clone", "56", "17"], ["kill", "62", "-1", "9"], ["socket", "41", "2", "1", "0"], ["ptrace", "101", "0"], ["mount", "165"], ["unshare", "272", "268435456"],
    ["openat2", "437"], ["memfd_create", "319", "/x", "0"], ["keyctl", "250", "0"], ["io_uring_enter", "426"], ["bpf", "321"], ["setuid", "105", "0"], ["prctl", "157", "38"], ["open", "2", "/etc/passwd", "0"], ["symlink", "88", "/a", "/b"],
  ])("cannot call %s", async (_, ...call) => {
    expect(await said("program", ...call)).toBe(EPERM)
  })

  it("has no file of this machine, whatever calls it is allowed", async () => {
    const ENOENT = -2
    for (const path of ["/etc/passwd", "/root", "/home", "/usr/bin/env", "/tmp/x", folder]) expect(await said("tool", "257", "-100", path, "0"), path).toBe(ENOENT)
    // Its own root cannot be written: EROFS.
    expect(await said("tool", "257", "-100", "/made", "66", "384")).toBe(-30)
  })

  it("sees no process, not even its own", async () => {
    for (const path of ["/proc/self/environ", "/proc/1/environ", `/proc/${process.pid}/environ`, "/sys/kernel"]) expect(await said("tool", "257", "-100", path, "0"), path).toBe(-2)
  })

  it("is ended when it computes too long, on its own clock and on ours", async () => {
    expect((await run(["spin"])).verdict).toEqual({ kind: "timeout" })
    expect((await run(["spin"], { wall: 300, cpu: 60_000 })).verdict).toEqual({ kind: "timeout" })
    expect((await run(["sleep"], { wall: 300 })).verdict).toEqual({ kind: "timeout" })
  })

  it("may end with the exit code that stands for too much computing", async () => {
    expect((await run(["exit", "152"])).verdict).toEqual({ kind: "exited", code: 152 })
  })

  it("is ended when it writes too much, and what it wrote is kept up to the limit", async () => {
    const end = await run(["flood"])
    expect(end.verdict).toEqual({ kind: "output" })
    expect(end.stdout.length).toBe(65_536)
  })

  it("gets no more memory than it may", async () => {
    const end = await run(["memory"], { memory: 128 << 20, cpu: 5000 })
    expect(end.verdict).toEqual({ kind: "exited", code: 0 })
    expect(Number(text(end.stdout))).toBeGreaterThanOrEqual(6)
    expect(Number(text(end.stdout))).toBeLessThan(8)
    expect(end.peakMemory ?? 0).toBeGreaterThan(16 << 20)
  })

  it("cannot fill a disk", async () => {
    // A file may not be larger than the limit (SIGXFSZ), and without a place to write there is no file at all.
    const end = await run(["file"], { disk: 4 << 20, cpu: 5000 }, "tool")
    expect(end.verdict.kind === "exited" && [0, 128 + 25].includes(end.verdict.code)).toBe(true)
    expect(Number(text(end.stdout) || "0")).toBeLessThanOrEqual(4 << 20)
    expect(Number(text((await run(["file"])).stdout))).toBe(EPERM)
  })

  it("reaches no server of this machine", async () => {
    const server = createServer()
    let calls = 0
    server.on("connection", () => calls++)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    try {
      expect(await said("tool", "41", "2", "1", "0")).toBe(EPERM)
      expect(await said("tool", "41", "1", "1", "0")).toBe(EPERM)
      expect(calls).toBe(0)
    } finally {
      server.close()
    }
  })

  it("ends at once when its caller loses interest", async () => {
    const stop = new AbortController()
    const running = runSandboxed(tools as SandboxTools, { profile: "program", command: ["/program", "spin"], mounts: [], files: [{ path: "/program", content: probe, executable: true }], folder: "/", input: new Uint8Array(), limits: { ...limits, cpu: 60_000 }, signal: stop.signal })
    stop.abort()
    expect((await running).verdict).toEqual({ kind: "stopped" })
    expect((await runSandboxed(tools as SandboxTools, { profile: "program", command: ["/program"], mounts: [], files: [], folder: "/", input: new Uint8Array(), limits, signal: stop.signal })).verdict).toEqual({ kind: "stopped" })
  })

  it("leaves no process behind", async () => {
    await Promise.all([run(["spin"], { wall: 200 }), run(["sleep"], { wall: 200 }), run(["flood"])])
    const left = readdirSync("/proc").filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[3] === String(process.pid) && readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "bwrap"
      } catch {
        return false
      }
    })
    expect(left).toEqual([])
  })

  it("leaves no process behind, at whatever moment it is killed", async () => {
    const waits = (): string[] =>
      readdirSync("/proc").filter((pid) => {
        try {
          // Nobody is its parent any more, and it runs nothing.
          return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("\0/program\0never\0") && readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.startsWith("Z") === false
        } catch {
          return false
        }
      })
    for (let i = 0; i < 60; i++) {
      const stop = new AbortController()
      const running = runSandboxed(tools as SandboxTools, { profile: "program", command: ["/program", "never", "spin"], mounts: [], files: [{ path: "/program", content: probe, executable: true }], folder: "/", input: new Uint8Array(), limits, signal: stop.signal })
      setTimeout(() => stop.abort(), i / 6)
      await running
    }
    await expect.poll(waits).toEqual([])
  })

  it("is not run at all when the sandbox fails", async () => {
    await expect(runSandboxed({ ...(tools as SandboxTools), bwrap: "/nowhere/bwrap" }, { profile: "program", command: ["/program"], mounts: [], files: [], folder: "/", input: new Uint8Array(), limits })).rejects.toThrow(SandboxError)
    await expect(runSandboxed({ ...(tools as SandboxTools), prlimit: "/nowhere/prlimit" }, { profile: "program", command: ["/program"], mounts: [], files: [], folder: "/", input: new Uint8Array(), limits })).rejects.toThrow(SandboxError)
    await expect(runSandboxed(tools as SandboxTools, { profile: "program", command: ["/program"], mounts: [{ from: "/nowhere", to: "/x" }], files: [], folder: "/", input: new Uint8Array(), limits })).rejects.toThrow(SandboxError)
  })
})
