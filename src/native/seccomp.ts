/**
 * Which system calls a process in the sandbox may make, as a program for the kernel's filter (seccomp).
 *
 * The one idea: two lists of allowed calls, everything else fails with EPERM. Neither allows another process: a program may not even
 * start a thread, a tool may only start threads of its own. Limits on one process are therefore limits on all of a job.
 *
 * Numbers: `asm/unistd_64.h` (x86-64) and `asm-generic/unistd.h` (AArch64) of Linux; the filter's form: `linux/filter.h`, `linux/seccomp.h`.
 */

/** Who is filtered: a program of a stranger, or a tool (LLVM, the front end) that reads what a stranger wrote. */
export type SeccompProfile = "program" | "tool"

/** A processor whose numbers are known. */
export type SeccompArch = "x64" | "arm64"

/** Numbers of a call: on x86-64, on AArch64; null where the call does not exist. */
type Numbers = readonly [number | null, number | null]

/** What a static program of ours does, and what bubblewrap's first process does while it waits for it. */
const PROGRAM: Readonly<Record<string, Numbers>> = {
  read: [0, 63],
  write: [1, 64],
  mmap: [9, 222],
  mprotect: [10, 226],
  munmap: [11, 215],
  brk: [12, 214],
  rt_sigaction: [13, 134],
  rt_sigreturn: [15, 139],
  sched_yield: [24, 124],
  mremap: [25, 216],
  madvise: [28, 233],
  execve: [59, 221],
  exit: [60, 93],
  wait4: [61, 260],
  sigaltstack: [131, 132],
  arch_prctl: [158, null],
  clock_gettime: [228, 113],
  exit_group: [231, 94],
  getrandom: [318, 278],
}

/** What LLVM's tools and Node need beyond that: reading files, threads, waiting. */
const TOOL: Readonly<Record<string, Numbers>> = {
  ...PROGRAM,
  close: [3, 57],
  stat: [4, null],
  fstat: [5, 80],
  lstat: [6, null],
  poll: [7, null],
  lseek: [8, 62],
  rt_sigprocmask: [14, 135],
  pread64: [17, 67],
  pwrite64: [18, 68],
  readv: [19, 65],
  writev: [20, 66],
  access: [21, null],
  dup: [32, 23],
  dup2: [33, null],
  nanosleep: [35, 101],
  getpid: [39, 172],
  uname: [63, 160],
  fcntl: [72, 25],
  ftruncate: [77, 46],
  getcwd: [79, 17],
  rename: [82, null],
  unlink: [87, null],
  readlink: [89, null],
  gettimeofday: [96, 169],
  getrusage: [98, 165],
  sysinfo: [99, 179],
  times: [100, 153],
  getuid: [102, 174],
  getgid: [104, 176],
  geteuid: [107, 175],
  getegid: [108, 177],
  capget: [125, 90],
  sched_getparam: [143, 121],
  sched_getscheduler: [145, 120],
  prctl: [157, 167],
  gettid: [186, 178],
  futex: [202, 98],
  sched_getaffinity: [204, 123],
  getdents64: [217, 61],
  set_tid_address: [218, 96],
  restart_syscall: [219, 128],
  clock_getres: [229, 114],
  clock_nanosleep: [230, 115],
  epoll_wait: [232, null],
  epoll_ctl: [233, 21],
  tgkill: [234, 131],
  openat: [257, 56],
  newfstatat: [262, 79],
  unlinkat: [263, 35],
  renameat: [264, 38],
  readlinkat: [267, 78],
  faccessat: [269, 48],
  ppoll: [271, 73],
  set_robust_list: [273, 99],
  epoll_pwait: [281, 22],
  eventfd2: [290, 19],
  epoll_create1: [291, 20],
  dup3: [292, 24],
  pipe2: [293, 59],
  prlimit64: [302, 261],
  membarrier: [324, 283],
  statx: [332, 291],
  rseq: [334, 293],
  faccessat2: [439, 439],
}

/** Calls that are answered "there is no such call", so that libraries take their older way. Their arguments cannot be judged here. */
const ABSENT: readonly Numbers[] = [
  [435, 435], // clone3
  [425, 425], // io_uring_setup
]

const CLONE: Numbers = [56, 220]
const CLONE_THREAD = 0x10000
const IOCTL: Numbers = [16, 29]
/** Requests that change a descriptor of the caller and nothing else: FIOCLEX, FIONBIO. */
const PLAIN_REQUESTS: readonly number[] = [0x5451, 0x5421]

const AUDIT_ARCH: Readonly<Record<SeccompArch, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 }
/** Calls of the x32 form carry this bit. */
const X32_BIT = 0x40000000

const LOAD = 0x20
const EQUAL = 0x15
const AT_LEAST = 0x35
const ANY_BIT = 0x45
const RETURN = 0x06
const AT_NUMBER = 0
const AT_ARCH = 4
const AT_FIRST_ARGUMENT = 16
const AT_SECOND_ARGUMENT = 24
const ALLOW = 0x7fff0000
const KILL = 0x80000000
const FAIL = 0x00050000
const EPERM = 1
const ENOSYS = 38

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number]

/** The filter of a profile as bubblewrap's `--seccomp` reads it: instructions of eight bytes. */
export function seccompFilter(profile: SeccompProfile, arch: SeccompArch): Uint8Array {
  const column = arch === "x64" ? 0 : 1
  const program: Instruction[] = [
    [LOAD, 0, 0, AT_ARCH],
    [EQUAL, 1, 0, AUDIT_ARCH[arch]],
    [RETURN, 0, 0, KILL],
    [LOAD, 0, 0, AT_NUMBER],
  ]
  if (arch === "x64") program.push([AT_LEAST, 0, 1, X32_BIT], [RETURN, 0, 0, KILL])
  for (const numbers of Object.values(profile === "program" ? PROGRAM : TOOL)) {
    const number = numbers[column]
    if (number !== null) program.push([EQUAL, 0, 1, number], [RETURN, 0, 0, ALLOW])
  }
  for (const numbers of ABSENT) program.push([EQUAL, 0, 1, numbers[column] as number], [RETURN, 0, 0, FAIL | ENOSYS])
  if (profile === "tool") {
    program.push([EQUAL, 0, 3, CLONE[column] as number], [LOAD, 0, 0, AT_FIRST_ARGUMENT], [ANY_BIT, 0, 6, CLONE_THREAD], [RETURN, 0, 0, ALLOW])
    // Whatever fails jumps to the end: the number is no longer loaded.
    program.push([EQUAL, 0, 4, IOCTL[column] as number], [LOAD, 0, 0, AT_SECOND_ARGUMENT])
    program.push([EQUAL, 1, 0, PLAIN_REQUESTS[0] as number], [EQUAL, 0, 1, PLAIN_REQUESTS[1] as number], [RETURN, 0, 0, ALLOW])
  }
  program.push([RETURN, 0, 0, FAIL | EPERM])

  const bytes = new DataView(new ArrayBuffer(program.length * 8))
  program.forEach(([code, ifTrue, ifFalse, operand], i) => {
    bytes.setUint16(i * 8, code, true)
    bytes.setUint8(i * 8 + 2, ifTrue)
    bytes.setUint8(i * 8 + 3, ifFalse)
    bytes.setUint32(i * 8 + 4, operand >>> 0, true)
  })
  return new Uint8Array(bytes.buffer)
}
