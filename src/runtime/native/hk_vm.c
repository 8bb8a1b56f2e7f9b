/*
 * The interpreter: one loop over the words of a program, and what enters and leaves it.
 *
 * Calls in a program do not recurse in C: a frame is pushed on the VM's own stack. C recurses only where the runtime calls back into
 * the program (a text method, an equals method). Failure costs nothing where it does not happen: every call is followed by an edge
 * word, and raising continues at the edge of the caller.
 *
 * A slice of a run ends after a budget of jumps back and calls, so that a host can look, stop, or enter better code.
 */
#include "hk_vm.h"

#if !defined(HK_VM_THREADED)
#if defined(__wasm__)
#define HK_VM_THREADED 0
#else
#define HK_VM_THREADED 1
#endif
#endif
#if HK_VM_THREADED
#pragma GCC diagnostic ignored "-Wpedantic"
#endif

#define HK_VM_FIRST_STACK 8192u
/* Registers below the record of a frame that was entered from C: its result. */
#define HK_VM_RESULT 2
/* What a run of compiled code in a loop counts for in the budget. */
#define HK_VM_RUN_WEIGHT 64

/* What such a frame returns to: behind a call that stores two words, a way out and one for errors. */
static const hk_word hk_vm_outside[4] = {{HK_VM_call2, 0, 0, 0}, {HK_VM_edge, 0xffff, 0x01ff, 0}, {HK_VM_halt, 0, 0, 0}, {HK_VM_halt_raised, 0, 0, 0}};

/* The record in front of a frame. */
#define HK_VM_RETURN(fp) ((const hk_word *)(uintptr_t)(fp)[-1].i)
#define HK_VM_DISTANCE(fp) ((fp)[-2].i)
#define HK_VM_FUNCTION(fp) ((hk_vm_func *)(uintptr_t)(fp)[-3].i)

static inline void hk_vm_set_record(hk_reg *fp, const hk_vm_func *f, ptrdiff_t distance, const hk_word *back) {
  fp[-1].i = (int64_t)(uintptr_t)back;
  fp[-2].i = distance;
  fp[-3].i = (int64_t)(uintptr_t)f;
}

/* Makes room for the stack up to `top`; frames move. */
static HK_COLD void hk_vm_grow(const hk_reg *top) {
  size_t size = (size_t)(hk_vm.limit - hk_vm.stack);
  size_t wanted = size * 2;
  while (wanted < (size_t)(top - hk_vm.stack)) wanted *= 2;
  ptrdiff_t frame = hk_vm.fp - hk_vm.stack;
  hk_vm.stack = hk_mem_resize(hk_vm.stack, size * sizeof(hk_reg), wanted * sizeof(hk_reg));
  hk_vm.limit = hk_vm.stack + wanted;
  hk_vm.fp = hk_vm.stack + frame;
}

/* Calls of functions of the runtime; 1 if they failed. */
#define I(k) fp[x[k]].i
#define F(k) fp[x[k]].f
#define B(k) ((int32_t)fp[x[k]].i)
#define P(type, k) ((type)(uintptr_t)fp[x[k]].i)
#define A(k) fp[x[k]].i, fp[x[k] + 1].i
#define U(call) call; return 0
#define U_TRY(call) call; return hk_pending != NULL
#define RI(call) to->i = call; return 0
#define RF(call) to->f = call; return 0
#define RB(call) to->i = call; return 0
#define RP(call) to->i = (int64_t)(uintptr_t)call; return 0
#define RO(call) RP(call)
#define RI_TRY(call) { int64_t r = call; if (hk_pending != NULL) return 1; to->i = r; return 0; }
#define RF_TRY(call) { double r = call; if (hk_pending != NULL) return 1; to->f = r; return 0; }
#define RB_TRY(call) RI_TRY(call)
#define RP_TRY(call) { const void *r = call; if (r == NULL) return 1; to->i = (int64_t)(uintptr_t)r; return 0; }
#define RO_TRY(call) { const void *r = call; if (hk_pending != NULL) return 1; to->i = (int64_t)(uintptr_t)r; return 0; }
#define RA(call) { hk_any r = call; to[0].i = r.tag; to[1].i = r.bits; return 0; }
#define RA_TRY(call) { hk_any r = call; if (r.tag == HK_TAG_ERR) return 1; to[0].i = r.tag; to[1].i = r.bits; return 0; }
#define CALLS(name, cases) \
  static __attribute__((noinline)) int name(hk_reg *fp, const hk_word *w) { \
    const uint16_t *x = (const uint16_t *)(const void *)(w + 1); \
    hk_reg *to = fp + w->a; \
    switch (w->b) { \
      cases \
      default: __builtin_unreachable(); \
    } \
  }
CALLS(hk_vm_call_leaf, HK_VM_ABI_CASES)
CALLS(hk_vm_call_back, HK_VM_ABI_CASES_BACK)
#undef CALLS
#undef I
#undef F
#undef B
#undef P
#undef A
#undef U
#undef U_TRY
#undef RI
#undef RF
#undef RB
#undef RP
#undef RO
#undef RI_TRY
#undef RF_TRY
#undef RB_TRY
#undef RP_TRY
#undef RO_TRY
#undef RA
#undef RA_TRY

static inline int hk_vm_call_runtime(hk_reg *fp, const hk_word *w) { return hk_vm_abi[w->b].calls_back ? hk_vm_call_back(fp, w) : hk_vm_call_leaf(fp, w); }

/* Counts where the budget ended. A loop is charged with the whole slice: exact for slices of one, else right in the long run. */
static HK_COLD void hk_vm_tick(void) {
  hk_vm_func *f = HK_VM_FUNCTION(hk_vm.fp);
  f->ticks++;
  for (uint32_t i = f->first_loop; i < f->first_loop + f->loops; i++) {
    hk_vm_loop *loop = hk_vm.loops + i;
    if (loop->at != hk_vm.pc) continue;
    loop->ticks++;
    int64_t left = loop->turns_left;
    loop->turns_left = left - hk_vm.slice;
    if (left > 0 && loop->turns_left <= 0) hk_host_hot(HK_VM_HOT_LOOP, i);
  }
  if (hk_vm.watched) hk_host_hot(HK_VM_TICK, 0);
}

/* Tells of a function that has been called often enough; the program is at its start. */
static HK_COLD void hk_vm_hot_function(const hk_vm_func *f) {
  hk_host_hot(HK_VM_HOT_FUNCTION, (uint32_t)(f - hk_vm.funcs));
}

static inline int64_t hk_vm_divide(int64_t a, int64_t b) {
  if (HK_UNLIKELY((uint64_t)b + 1u <= 1u)) return b == 0 ? 0 : (int64_t)(0u - (uint64_t)a);
  return a / b;
}

static inline int64_t hk_vm_remainder(int64_t a, int64_t b) {
  if (HK_UNLIKELY((uint64_t)b + 1u <= 1u)) return 0;
  return a % b;
}

static inline hk_obj *hk_vm_object(hk_reg r) { return (hk_obj *)(uintptr_t)r.i; }

static inline hk_reg *hk_vm_slot(hk_reg object, uint32_t offset) { return (hk_reg *)(uintptr_t)object.i + offset; }

/* Releases what a variable or field held. */
static inline void hk_vm_drop(int64_t pointer) {
  if (pointer != 0) hk_dec((void *)(uintptr_t)pointer);
}

static inline void hk_vm_drop2(int64_t tag, int64_t bits) {
  if (tag == HK_TAG_PTR) hk_dec((void *)(uintptr_t)bits);
}

/* Counts a point; 1 if the debugger stops there. */
static inline int hk_vm_point(uint32_t number, const hk_reg *fp) {
  hk_vm_debug_state *d = &hk_vm_debug;
  if (number < d->counted) d->counts[number]++;
  if (++d->time == d->until) return 1;
  if (d->time <= d->since) return 0;
  if (fp - hk_vm.stack > d->reach && !(number < d->mark_count && d->marks[number] != 0)) return 0;
  d->seen = d->time;
  return d->records == 0;
}

/* Counts a failure; 1 if the debugger stops before it. */
static HK_COLD int hk_vm_failure(void) {
  hk_vm_debug_state *d = &hk_vm_debug;
  if (d->failures + 1 == d->failing) return 1;
  d->failures++;
  if (hk_pending != NULL && hk_trace_length(hk_pending) == 0) {
    d->raised = d->failures;
    d->error = hk_pending;
  }
  return 0;
}

/* Runs from hk_vm.pc until the program ends or the budget does. */
static int32_t hk_vm_run(void) {
  const hk_word *pc = hk_vm.pc;
  hk_reg *fp = hk_vm.fp;
  int32_t budget = hk_vm.budget;

#if HK_VM_THREADED
  static const void *const labels[HK_VM_OP_COUNT] = {
#define X(name, operands, follows) &&L_##name,
      HK_VM_OPS(X)
#undef X
  };
#define CASE(name) L_##name:
#define DISPATCH() goto *labels[pc->op]
#else
#define CASE(name) case HK_VM_##name:
#define DISPATCH() goto next
#endif
#define NEXT() do { pc++; DISPATCH(); } while (0)
#define SKIP(n) do { pc += (n); DISPATCH(); } while (0)
#define A fp[pc->a]
#define B fp[pc->b]
#define C fp[pc->c]
#define A1 fp[pc->a + 1]
#define B1 fp[pc->b + 1]
#define C1 fp[pc->c + 1]
#define N ((int64_t)(int16_t)pc->c)
#define WIDE ((uint32_t)pc->b | (uint32_t)pc->c << 16)
#define SAVE() (hk_vm.pc = pc, hk_vm.fp = fp)
#define BINARY(name, field, expression) CASE(name) { A.field = expression; NEXT(); }
#define WRAP(operator, x, y) (int64_t)((uint64_t)(x) operator (uint64_t)(y))
#define BRANCH_TAIL(condition, offset) \
  if (condition) pc += (offset); \
  NEXT();
#define LOOP_TAIL(condition, offset) \
  if (condition) { \
    pc += (offset) + 1; \
    if (HK_UNLIKELY(--budget <= 0)) goto pause; \
    DISPATCH(); \
  } \
  NEXT();
#define BRANCH(name, condition) \
  CASE(if_##name) { BRANCH_TAIL(condition, (int16_t)pc->c) } \
  CASE(if_##name##_loop) { LOOP_TAIL(condition, (int16_t)pc->c) }
#define ARRAY(r) ((hk_arr *)(uintptr_t)(r).i)
#define ARRAY_MISS(array, index, wanted) HK_UNLIKELY((array)->kind != (wanted) || (uint64_t)(index) >= (array)->length)

#if HK_VM_THREADED
  DISPATCH();
  {
    {
#else
  next: {
    switch (pc->op) {
#endif
      /* Moves and constants. */
      CASE(mov) { A.i = B.i; NEXT(); }
      CASE(mov2) { int64_t bits = B1.i; A.i = B.i; A1.i = bits; NEXT(); }
      CASE(int) { A.i = (int32_t)WIDE; NEXT(); }
      CASE(const) { A.i = hk_vm.constants[WIDE]; NEXT(); }
      CASE(str) { A.i = (int64_t)(uintptr_t)hk_vm.strings[WIDE]; NEXT(); }
      CASE(static) { A.i = (int64_t)(uintptr_t)hk_vm.statics[WIDE]; NEXT(); }
      CASE(null) { A.i = HK_TAG_NULL; A1.i = 0; NEXT(); }
      CASE(mov_if) { if (B.i != 0) A.i = C.i; NEXT(); }
      CASE(mov2_if) {
        if (B.i != 0) {
          int64_t bits = C1.i;
          A.i = C.i;
          A1.i = bits;
        }
        NEXT();
      }
      CASE(box) { int64_t bits = B.i; A.i = pc->c; A1.i = bits; NEXT(); }
      CASE(box_opt) { int64_t bits = B.i; A.i = bits == 0 ? HK_TAG_NULL : HK_TAG_PTR; A1.i = bits; NEXT(); }

      /* Integers. */
      BINARY(i64_add, i, WRAP(+, B.i, C.i))
      BINARY(i64_sub, i, WRAP(-, B.i, C.i))
      BINARY(i64_mul, i, WRAP(*, B.i, C.i))
      BINARY(i64_div, i, hk_vm_divide(B.i, C.i))
      BINARY(i64_rem, i, hk_vm_remainder(B.i, C.i))
      BINARY(i64_and, i, B.i & C.i)
      BINARY(i64_or, i, B.i | C.i)
      BINARY(i64_xor, i, B.i ^ C.i)
      BINARY(i64_shl, i, (int64_t)((uint64_t)B.i << (C.i & 63)))
      BINARY(i64_shr, i, B.i >> (C.i & 63))
      BINARY(i64_add_n, i, WRAP(+, B.i, N))
      BINARY(i64_mul_n, i, WRAP(*, B.i, N))
      BINARY(i64_div_n, i, B.i / N)
      BINARY(i64_rem_n, i, B.i % N)
      BINARY(i64_and_n, i, B.i & N)
      BINARY(i64_or_n, i, B.i | N)
      BINARY(i64_xor_n, i, B.i ^ N)
      BINARY(i64_shl_n, i, (int64_t)((uint64_t)B.i << (pc->c & 63)))
      BINARY(i64_shr_n, i, B.i >> (pc->c & 63))
      BINARY(i64_neg, i, (int64_t)(0u - (uint64_t)B.i))
      BINARY(i64_not, i, ~B.i)
      BINARY(i64_eq, i, B.i == C.i)
      BINARY(i64_ne, i, B.i != C.i)
      BINARY(i64_lt, i, B.i < C.i)
      BINARY(i64_le, i, B.i <= C.i)
      BINARY(i64_eq_n, i, B.i == N)
      BINARY(i64_ne_n, i, B.i != N)
      BINARY(i64_lt_n, i, B.i < N)
      BINARY(i64_le_n, i, B.i <= N)
      BINARY(i64_gt_n, i, B.i > N)
      BINARY(i64_ge_n, i, B.i >= N)
      BINARY(is_zero, i, B.i == 0)
      BINARY(i64_to_f64, f, (double)B.i)

      /* Floats. */
      BINARY(f64_add, f, B.f + C.f)
      BINARY(f64_sub, f, B.f - C.f)
      BINARY(f64_mul, f, B.f * C.f)
      BINARY(f64_div, f, B.f / C.f)
      BINARY(f64_neg, f, -B.f)
      BINARY(f64_abs, f, __builtin_fabs(B.f))
      BINARY(f64_sqrt, f, __builtin_sqrt(B.f))
      BINARY(f64_floor, f, __builtin_floor(B.f))
      BINARY(f64_ceil, f, __builtin_ceil(B.f))
      BINARY(f64_trunc, f, __builtin_trunc(B.f))
      BINARY(f64_eq, i, B.f == C.f)
      BINARY(f64_ne, i, B.f != C.f)
      BINARY(f64_lt, i, B.f < C.f)
      BINARY(f64_le, i, B.f <= C.f)
      BINARY(f64_to_i64, i, hk_saturate(B.f))

      /* Jumps. */
      CASE(jump) { SKIP((int32_t)WIDE + 1); }
      CASE(jump_loop) { LOOP_TAIL(1, (int32_t)WIDE) }
      BRANCH(true, A.i != 0)
      BRANCH(false, A.i == 0)
      BRANCH(i64_eq, A.i == B.i)
      BRANCH(i64_ne, A.i != B.i)
      BRANCH(i64_lt, A.i < B.i)
      BRANCH(i64_le, A.i <= B.i)
      BRANCH(i64_eq_n, A.i == (int16_t)pc->b)
      BRANCH(i64_ne_n, A.i != (int16_t)pc->b)
      BRANCH(i64_lt_n, A.i < (int16_t)pc->b)
      BRANCH(i64_le_n, A.i <= (int16_t)pc->b)
      BRANCH(i64_gt_n, A.i > (int16_t)pc->b)
      BRANCH(i64_ge_n, A.i >= (int16_t)pc->b)
      BRANCH(f64_eq, A.f == B.f)
      BRANCH(f64_ne, A.f != B.f)
      BRANCH(f64_lt, A.f < B.f)
      BRANCH(f64_le, A.f <= B.f)
      BRANCH(f64_nlt, !(A.f < B.f))
      BRANCH(f64_nle, !(A.f <= B.f))
      CASE(switch) {
        uint64_t index = (uint64_t)A.i;
        pc += index < pc->b ? 2 + index : 1;
        SKIP((int32_t)WIDE + 1);
      }

      /* Objects and variables. */
      CASE(new) {
        uint32_t class_number = WIDE;
        SAVE();
        A.i = (int64_t)(uintptr_t)hk_alloc_object((int32_t)(class_number + HK_FIRST_USER_CLASS), (int32_t)hk_vm.class_sizes[class_number]);
        NEXT();
      }
      CASE(get) { A.i = hk_vm_slot(B, pc->c)->i; NEXT(); }
      CASE(get2) { const hk_reg *s = hk_vm_slot(B, pc->c); A.i = s[0].i; A1.i = s[1].i; NEXT(); }
      CASE(set) { hk_vm_slot(A, pc->c)->i = B.i; NEXT(); }
      CASE(set_ref) {
        hk_reg *s = hk_vm_slot(A, pc->c);
        int64_t before = s->i;
        s->i = B.i;
        hk_vm_drop(before);
        NEXT();
      }
      CASE(set2) {
        hk_reg *s = hk_vm_slot(A, pc->c);
        int64_t tag = s[0].i;
        int64_t bits = s[1].i;
        s[0].i = B.i;
        s[1].i = B1.i;
        hk_vm_drop2(tag, bits);
        NEXT();
      }
      CASE(global_get) { A.i = hk_vm.globals[WIDE].i; NEXT(); }
      CASE(global_get2) { const hk_reg *s = hk_vm.globals + WIDE; A.i = s[0].i; A1.i = s[1].i; NEXT(); }
      CASE(global_set) { hk_vm.globals[WIDE].i = A.i; NEXT(); }
      CASE(global_set_ref) {
        hk_reg *s = hk_vm.globals + WIDE;
        int64_t before = s->i;
        s->i = A.i;
        hk_vm_drop(before);
        NEXT();
      }
      CASE(global_set2) {
        hk_reg *s = hk_vm.globals + WIDE;
        int64_t tag = s[0].i;
        int64_t bits = s[1].i;
        s[0].i = A.i;
        s[1].i = A1.i;
        hk_vm_drop2(tag, bits);
        NEXT();
      }
      CASE(class_id) { A.i = (int64_t)(hk_vm_object(B)->word & ~HK_WEAK); NEXT(); }
      CASE(get_u32) { A.i = *(const uint32_t *)((uintptr_t)B.i + pc->c); NEXT(); }
      CASE(alive) {
        if (HK_UNLIKELY(hk_is_dead(hk_vm_object(A)))) {
          hk_raise_dead(hk_vm_object(A));
          pc++;
          goto failure;
        }
        SKIP(2);
      }

      /* Arrays. */
      CASE(arr_get_i64) {
        const hk_arr *array = ARRAY(B);
        int64_t index = C.i;
        if (ARRAY_MISS(array, index, HK_KIND_I64)) goto miss;
        A.i = array->data.i64[index];
        SKIP(2);
      }
      CASE(arr_get_f64) {
        const hk_arr *array = ARRAY(B);
        int64_t index = C.i;
        if (ARRAY_MISS(array, index, HK_KIND_F64)) goto miss;
        A.f = array->data.f64[index];
        SKIP(2);
      }
      CASE(arr_get_bool) {
        const hk_arr *array = ARRAY(B);
        int64_t index = C.i;
        if (ARRAY_MISS(array, index, HK_KIND_BOOL)) goto miss;
        A.i = array->data.bools[index];
        SKIP(2);
      }
      CASE(arr_get_ref) {
        const hk_arr *array = ARRAY(B);
        int64_t index = C.i;
        if (ARRAY_MISS(array, index, HK_KIND_REF)) goto miss;
        A.i = (int64_t)array->data.refs[index];
        SKIP(2);
      }
      CASE(arr_set_i64) {
        hk_arr *array = ARRAY(A);
        int64_t index = B.i;
        if (ARRAY_MISS(array, index, HK_KIND_I64)) goto miss;
        array->data.i64[index] = C.i;
        SKIP(2);
      }
      CASE(arr_set_f64) {
        hk_arr *array = ARRAY(A);
        int64_t index = B.i;
        if (ARRAY_MISS(array, index, HK_KIND_F64)) goto miss;
        array->data.f64[index] = C.f;
        SKIP(2);
      }
      CASE(arr_set_bool) {
        hk_arr *array = ARRAY(A);
        int64_t index = B.i;
        if (ARRAY_MISS(array, index, HK_KIND_BOOL)) goto miss;
        array->data.bools[index] = (uint8_t)C.i;
        SKIP(2);
      }
      CASE(arr_push_i64) {
        hk_arr *array = ARRAY(A);
        if (HK_UNLIKELY(array->kind != HK_KIND_I64 || array->length >= array->capacity)) goto miss;
        array->data.i64[array->length++] = B.i;
        SKIP(2);
      }
      CASE(arr_push_f64) {
        hk_arr *array = ARRAY(A);
        if (HK_UNLIKELY(array->kind != HK_KIND_F64 || array->length >= array->capacity)) goto miss;
        array->data.f64[array->length++] = B.f;
        SKIP(2);
      }
      CASE(arr_push_bool) {
        hk_arr *array = ARRAY(A);
        if (HK_UNLIKELY(array->kind != HK_KIND_BOOL || array->length >= array->capacity)) goto miss;
        array->data.bools[array->length++] = (uint8_t)B.i;
        SKIP(2);
      }

      /* Counts. */
      CASE(retain) { hk_inc(hk_vm_object(A)); NEXT(); }
      CASE(retain_opt) { if (A.i != 0) hk_inc(hk_vm_object(A)); NEXT(); }
      CASE(retain2) { if (A.i == HK_TAG_PTR) hk_inc(hk_vm_object(A1)); NEXT(); }
      CASE(release) { hk_vm_drop(A.i); NEXT(); }
      CASE(release2) { hk_vm_drop2(A.i, A1.i); NEXT(); }

      /* Calls. */
      CASE(call) CASE(call2) CASE(call0) {
        hk_vm_func *f = hk_vm.funcs + pc->c;
        ptrdiff_t distance = pc->b + HK_VM_RECORD;
        hk_reg *frame = fp + distance;
        if (HK_UNLIKELY(frame + f->registers > hk_vm.limit)) {
          SAVE();
          hk_vm_grow(frame + f->registers);
          fp = hk_vm.fp;
          frame = fp + distance;
        }
        hk_vm_set_record(frame, f, distance, pc + 1);
        fp = frame;
        pc = f->code;
        if (HK_UNLIKELY(--f->calls_left == 0)) {
          SAVE();
          hk_vm_hot_function(f);
        }
        if (HK_UNLIKELY(--budget <= 0)) goto pause;
        DISPATCH();
      }
      CASE(rt) {
        SAVE();
        hk_vm_call_runtime(fp, pc);
        fp = hk_vm.fp;
        SKIP(1 + ((hk_vm_abi[pc->b].args + 3) >> 2));
      }
      CASE(rt_try) {
        SAVE();
        int failed = hk_vm_call_runtime(fp, pc);
        fp = hk_vm.fp;
        pc += 1 + ((hk_vm_abi[pc->b].args + 3) >> 2);
        if (HK_UNLIKELY(failed)) goto failure;
        NEXT();
      }
      CASE(leave_ret) { hk_depth--; goto ret; }
      CASE(ret)
      ret: {
        int64_t value = A.i;
        pc = HK_VM_RETURN(fp);
        fp -= HK_VM_DISTANCE(fp);
        fp[pc[-1].a].i = value;
        NEXT();
      }
      CASE(leave_ret2) { hk_depth--; goto ret2; }
      CASE(ret2)
      ret2: {
        int64_t tag = A.i;
        int64_t bits = A1.i;
        pc = HK_VM_RETURN(fp);
        fp -= HK_VM_DISTANCE(fp);
        fp[pc[-1].a].i = tag;
        fp[pc[-1].a + 1].i = bits;
        NEXT();
      }
      CASE(leave_ret0) { hk_depth--; goto ret0; }
      CASE(ret0)
      ret0: {
        pc = HK_VM_RETURN(fp);
        fp -= HK_VM_DISTANCE(fp);
        NEXT();
      }
      CASE(enter) {
        if (HK_UNLIKELY(++hk_depth > hk_depth_limit)) {
          hk_depth--;
          hk_raise_stack_overflow(hk_vm.strings[WIDE]);
          pc++;
          goto failure;
        }
        SKIP(2);
      }
      CASE(leave) { hk_depth--; NEXT(); }

      /* Errors. */
      CASE(err_take) { A.i = (int64_t)(uintptr_t)hk_err_take(); NEXT(); }
      CASE(err_set) { hk_err_set((hk_ErrorBox *)(uintptr_t)A.i); NEXT(); }
      CASE(raise) {
        pc = HK_VM_RETURN(fp);
        fp -= HK_VM_DISTANCE(fp);
        goto failure;
      }
      CASE(fatal) {
        SAVE();
        hk_fatal();
      }
      CASE(unreachable) { __builtin_trap(); }
      CASE(point) {
        uint32_t number = WIDE;
        A.i = number;
        pc++;
        if (HK_UNLIKELY(hk_vm_point(number, fp))) goto stop;
        DISPATCH();
      }

      /* Words of the format. A program never runs into them: raising and missing come here. */
    miss:
      pc++;
    failure:
      CASE(edge) {
        uint32_t site = hk_vm_edge_site(pc);
        int32_t offset = hk_vm_edge_offset(pc);
        if (site != HK_VM_NO_SITE) {
          if (HK_UNLIKELY(hk_vm_failure())) goto stop;
          hk_trace((int32_t)site, hk_vm.lines[site]);
        } else if (offset == -1) NEXT();
        pc += offset + 1;
        if (HK_UNLIKELY(--budget <= 0 && offset < 0)) goto pause;
        DISPATCH();
      }
      CASE(halt) {
        SAVE();
        hk_vm.budget = budget;
        return HK_VM_DONE;
      }
      CASE(halt_raised) {
        SAVE();
        hk_vm.budget = budget;
        return HK_VM_RAISED;
      }
      CASE(compiled) {
        SAVE();
        hk_vm_patch *patch = hk_vm.patches + WIDE;
        int64_t answer = patch->entry(patch->fuel);
        fp = hk_vm.fp;
        if (answer >= 0) {
          /* Longer and longer runs: a host that makes its code better in the background takes effect at the next. */
          patch = hk_vm.patches + WIDE;
          if (patch->fuel < hk_vm.most_fuel) patch->fuel *= 2;
          pc = hk_vm.code + answer;
          budget -= HK_VM_RUN_WEIGHT;
          if (HK_UNLIKELY(budget <= 0)) goto pause;
          DISPATCH();
        }
        uint32_t result = HK_VM_FUNCTION(fp)->result;
        int64_t first = fp[0].i;
        int64_t second = fp[1].i;
        pc = HK_VM_RETURN(fp);
        fp -= HK_VM_DISTANCE(fp);
        if (HK_UNLIKELY(answer == HK_VM_RETURNED_ERROR)) goto failure;
        if (result != HK_VM_R_UNIT) fp[pc[-1].a].i = first;
        if (result == HK_VM_R_ANY) fp[pc[-1].a + 1].i = second;
        NEXT();
      }
#if !HK_VM_THREADED
      default: __builtin_unreachable();
#endif
    }
  }
pause:
  SAVE();
  hk_vm_tick();
  return HK_VM_PAUSED;
stop:
  SAVE();
  /* Inside a call of the runtime there is no way back into C: the host looks at the memory and runs to this place again. */
  if (hk_vm.nest != NULL) {
    hk_vm_debug.inside = 1;
    hk_host_exit(0);
  }
  return HK_VM_STOPPED;
}

/* Pushes a frame whose return leads out of the interpreter; its arguments are the registers from the result on. */
static hk_reg *hk_vm_push(uint32_t number) {
  const hk_vm_func *f = hk_vm.funcs + number;
  ptrdiff_t base = hk_vm.fp == NULL ? 0 : hk_vm.fp - hk_vm.stack + (ptrdiff_t)HK_VM_FUNCTION(hk_vm.fp)->registers;
  ptrdiff_t frame = base + HK_VM_RESULT + HK_VM_RECORD;
  if (hk_vm.stack + frame + f->registers > hk_vm.limit) hk_vm_grow(hk_vm.stack + frame + f->registers);
  hk_vm.fp = hk_vm.stack + frame;
  hk_vm_set_record(hk_vm.fp, f, HK_VM_RESULT + HK_VM_RECORD, hk_vm_outside + 1);
  hk_vm.pc = f->code;
  return hk_vm.fp;
}

/* Enters the program from inside a call of the runtime: where it was is kept in `nest` until the end. */
static hk_reg *hk_vm_enter(hk_vm_nest *nest, uint32_t number) {
  nest->outer = hk_vm.nest;
  nest->frame = hk_vm.fp - hk_vm.stack;
  nest->pc = hk_vm.pc;
  hk_vm.nest = nest;
  return hk_vm_push(number);
}

/* Runs to the end of what hk_vm_enter began: where the result is, or null for an error. */
static const hk_reg *hk_vm_run_inside(const hk_vm_nest *nest) {
  int32_t end;
  do {
    /* A pause inside cannot leave C: it only counts. */
    hk_vm.budget = hk_vm.slice;
    end = hk_vm_run();
  } while (end == HK_VM_PAUSED);
  const hk_reg *result = end == HK_VM_RAISED ? NULL : hk_vm.fp;
  hk_vm.fp = hk_vm.stack + nest->frame;
  hk_vm.pc = nest->pc;
  hk_vm.nest = nest->outer;
  return result;
}

static hk_any hk_vm_answer(const hk_vm_nest *nest) {
  const hk_reg *result = hk_vm_run_inside(nest);
  return result == NULL ? hk_err() : (hk_any){result[0].i, result[1].i};
}

hk_any hk_cb_text(void *object) {
  if (hk_vm.text_callback == HK_VM_NONE) return hk_null();
  hk_vm_nest nest;
  hk_vm_enter(&nest, hk_vm.text_callback)[0].i = (int64_t)(uintptr_t)object;
  return hk_vm_answer(&nest);
}

hk_any hk_cb_equals(void *object, int64_t other_t, int64_t other_v) {
  if (hk_vm.equals_callback == HK_VM_NONE) return hk_null();
  hk_vm_nest nest;
  hk_reg *fp = hk_vm_enter(&nest, hk_vm.equals_callback);
  fp[0].i = (int64_t)(uintptr_t)object;
  fp[1].i = other_t;
  fp[2].i = other_v;
  return hk_vm_answer(&nest);
}

/* Room for a frame on top of the current one. The frame that follows the registers of compiled code is that of the code's caller. */
void *hk_vm_arguments(uint32_t function) {
  const hk_vm_func *f = hk_vm.funcs + function;
  hk_reg *frame = hk_vm.fp + HK_VM_FUNCTION(hk_vm.fp)->registers + HK_VM_RESULT + HK_VM_RECORD;
  if (frame + f->registers <= hk_vm.limit) return frame;
  ptrdiff_t at = frame - hk_vm.stack;
  hk_vm_grow(frame + f->registers);
  return hk_vm.stack + at;
}

void *hk_vm_call(uint32_t function) {
  hk_vm_nest nest;
  hk_vm_enter(&nest, function);
  hk_vm_func *f = hk_vm.funcs + function;
  if (HK_UNLIKELY(--f->calls_left == 0)) hk_vm_hot_function(f);
  return (void *)(uintptr_t)hk_vm_run_inside(&nest);
}

void hk_vm_start(int32_t depth_limit) {
  hk_depth_limit = depth_limit;
  hk_vm.stack = hk_mem_take(HK_VM_FIRST_STACK * sizeof(hk_reg));
  hk_vm.limit = hk_vm.stack + HK_VM_FIRST_STACK;
  hk_vm.fp = NULL;
  hk_vm_push(hk_vm.main);
}

int32_t hk_vm_resume(int32_t slices, int32_t budget) {
  int32_t end = HK_VM_PAUSED;
  hk_vm.slice = budget;
  while (slices-- > 0 && end == HK_VM_PAUSED) {
    hk_vm.budget = budget;
    end = hk_vm_run();
  }
  if (end == HK_VM_RAISED) hk_uncaught();
  return end;
}

int32_t hk_vm_finish(void) {
  const hk_reg *result = hk_vm.fp;
  switch (hk_vm.funcs[hk_vm.main].result) {
    case HK_VM_R_UNIT: return hk_finish(HK_TAG_NULL, 0);
    case HK_VM_R_I64: return hk_finish(HK_TAG_INT, result[0].i);
    case HK_VM_R_F64: return hk_finish(HK_TAG_FLOAT, result[0].i);
    case HK_VM_R_BOOL: return hk_finish(HK_TAG_BOOL, result[0].i);
    case HK_VM_R_ANY: return hk_finish(result[0].i, result[1].i);
    default: return hk_finish(result[0].i == 0 ? HK_TAG_NULL : HK_TAG_PTR, result[0].i);
  }
}

void hk_vm_teardown(void) {
  for (uint32_t i = 0; i < hk_vm.global_count; i++) {
    int64_t bits = hk_vm.globals[i].i;
    if (hk_vm.global_kinds[i] == HK_VM_G_POINTER) {
      hk_vm.globals[i].i = 0;
      hk_vm_drop(bits);
    } else if (hk_vm.global_kinds[i] == HK_VM_G_TAG) {
      hk_vm.globals[i].i = HK_TAG_NULL;
      hk_vm_drop2(bits, hk_vm.globals[i + 1].i);
    }
  }
  for (uint32_t i = 0; i < hk_vm.static_count; i++) {
    hk_obj *o = hk_vm.statics[i];
    const hk_class *c = hk_class_desc(o);
    for (uint32_t k = 0; k < c->nfields; k++) {
      hk_reg *s = hk_field_at(o, c->fields[k].offset);
      if (c->fields[k].repr == HK_REPR_PTR) hk_vm_drop(s->i);
      else if (c->fields[k].repr == HK_REPR_ANY) hk_vm_drop2(s[0].i, s[1].i);
    }
  }
}

int32_t hk_vm_install(uint32_t word, hk_vm_compiled entry) {
  if (word >= hk_vm.code_length) return 0;
  hk_word *at = hk_vm.code + word;
  if (at->op == HK_VM_compiled) {
    hk_vm.patches[hk_vm_wide(at)].entry = entry;
    return 1;
  }
  if (hk_vm.patch_count == hk_vm.patch_room) {
    uint32_t room = hk_vm.patch_room == 0 ? 16 : hk_vm.patch_room * 2;
    hk_vm.patches = hk_vm.patch_room == 0 ? hk_mem_take(room * sizeof(hk_vm_patch)) : hk_mem_resize(hk_vm.patches, hk_vm.patch_room * sizeof(hk_vm_patch), room * sizeof(hk_vm_patch));
    hk_vm.patch_room = room;
  }
  uint32_t n = hk_vm.patch_count++;
  hk_vm.patches[n] = (hk_vm_patch){.entry = entry, .original = *at, .fuel = hk_vm.first_fuel};
  *at = (hk_word){HK_VM_compiled, 0, (uint16_t)n, (uint16_t)(n >> 16)};
  return 1;
}

void *hk_vm_place(int32_t what) {
  switch (what) {
    case HK_VM_STRINGS: return hk_vm.strings;
    case HK_VM_STATICS: return hk_vm.statics;
    case HK_VM_GLOBALS: return hk_vm.globals;
    case HK_VM_FRAME: return &hk_vm.fp;
    case HK_VM_DEPTH: return &hk_depth;
    case HK_VM_CODE: return hk_vm.code;
    default: return NULL;
  }
}

void hk_vm_await_calls(uint32_t function, int32_t calls) {
  if (function >= hk_vm.func_count) return;
  hk_vm_func *f = hk_vm.funcs + function;
  f->calls_from = (int32_t)((uint32_t)calls + (uint32_t)f->calls_from - (uint32_t)f->calls_left);
  f->calls_left = calls;
}

void hk_vm_await_turns(uint32_t loop, int32_t turns) {
  if (loop < hk_vm.loop_count) hk_vm.loops[loop].turns_left = turns;
}

uint32_t hk_vm_calls(uint32_t function) {
  return function < hk_vm.func_count ? (uint32_t)hk_vm.funcs[function].calls_from - (uint32_t)hk_vm.funcs[function].calls_left : 0;
}

void hk_vm_fuel(int64_t first, int64_t most) {
  hk_vm.first_fuel = first;
  hk_vm.most_fuel = most;
}

void hk_vm_watch(int32_t every_tick) { hk_vm.watched = every_tick; }

/* The n-th frame from the top, and where it is. */
static hk_reg *hk_vm_find_frame(int32_t n, const hk_word **pc) {
  hk_reg *fp = hk_vm.fp;
  const hk_vm_nest *nest = hk_vm.nest;
  *pc = hk_vm.pc;
  while (fp != NULL && n-- > 0) {
    *pc = HK_VM_RETURN(fp) - 1;
    fp -= HK_VM_DISTANCE(fp);
    if (*pc != hk_vm_outside) continue;
    fp = nest == NULL ? NULL : hk_vm.stack + nest->frame;
    if (nest != NULL) {
      *pc = nest->pc;
      nest = nest->outer;
    }
  }
  return fp;
}

int32_t hk_vm_frame(int32_t n) {
  const hk_word *pc;
  return hk_vm_find_frame(n, &pc) == NULL ? -1 : (int32_t)(pc - hk_vm.code);
}

void *hk_vm_registers(int32_t n) {
  const hk_word *pc;
  return hk_vm_find_frame(n, &pc);
}

uint32_t hk_vm_function_ticks(uint32_t function) { return function < hk_vm.func_count ? hk_vm.funcs[function].ticks : 0; }

uint32_t hk_vm_loop_ticks(uint32_t loop) { return loop < hk_vm.loop_count ? hk_vm.loops[loop].ticks : 0; }
