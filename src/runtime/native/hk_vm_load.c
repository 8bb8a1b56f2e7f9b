/*
 * Loading a program of the VM: checks it, then builds strings, classes and immortal objects with the layout of this machine.
 *
 * The one idea: nothing is executed before every word of the code has been looked at. The checksum finds what was damaged by
 * accident; the structure check keeps numbers of registers, functions and jumps within their bounds whatever the bytes are. It does
 * not know the types of registers: a program is as trustworthy as the compiler that made it.
 */
#include "hk_vm.h"

static const uint32_t hk_vm_sizes[HK_VM_SECTIONS] = HK_VM_RECORD_SIZES;

static const struct {
  uint8_t args;
  uint8_t words;
  uint8_t fails;
  uint8_t calls_back;
} hk_vm_abi[HK_VM_ABI_COUNT] = HK_VM_ABI_SHAPES;

static const char *const hk_vm_abi_params[HK_VM_ABI_COUNT] = HK_VM_ABI_PARAMS;

static const struct {
  char operands[4];
  uint8_t follows;
} hk_vm_rows[HK_VM_OP_COUNT] = {
#define X(name, operands, follows) {operands, follows},
    HK_VM_OPS(X)
#undef X
};

/* A program's bytes and its sections. */
typedef struct hk_vm_image {
  const uint8_t *bytes;
  uint32_t size;
  uint32_t offset[HK_VM_SECTIONS];
  uint32_t count[HK_VM_SECTIONS];
} hk_vm_image;

static const uint32_t *hk_vm_record(const hk_vm_image *im, int section, uint32_t i) {
  return (const uint32_t *)(const void *)(im->bytes + im->offset[section] + (size_t)i * hk_vm_sizes[section]);
}

static uint32_t hk_vm_header(const hk_vm_image *im, uint32_t word) { return ((const uint32_t *)(const void *)im->bytes)[word]; }

void *hk_vm_buffer(uint32_t size) { return hk_mem_take(size < 8 ? 8 : size); }

uint32_t hk_vm_damage(void) { return hk_vm.damage; }

/* FNV-1a. */
static uint32_t hk_hash_of_program(const uint8_t *p, size_t n) {
  uint32_t hash = 0x811c9dc5u;
  for (size_t i = 0; i < n; i++) hash = (hash ^ p[i]) * 0x01000193u;
  return hash;
}

static int hk_vm_damaged(uint32_t where) {
  hk_vm.damage = where;
  return 0;
}

static int hk_vm_find_sections(hk_vm_image *im) {
  for (uint32_t s = 0; s < HK_VM_SECTIONS; s++) {
    im->offset[s] = hk_vm_header(im, 8 + s * 2);
    im->count[s] = hk_vm_header(im, 9 + s * 2);
    if (im->offset[s] % 8 != 0 || im->offset[s] > im->size || im->count[s] > (im->size - im->offset[s]) / hk_vm_sizes[s]) return 0;
  }
  return 1;
}

/* Text, classes, variables: all numbers in range. */
static int hk_vm_check_tables(const hk_vm_image *im) {
  for (uint32_t i = 0; i < im->count[HK_VM_S_STRINGS]; i++) {
    const uint32_t *r = hk_vm_record(im, HK_VM_S_STRINGS, i);
    if (r[0] > im->count[HK_VM_S_BYTES] || r[1] > im->count[HK_VM_S_BYTES] - r[0]) return 0;
  }
  uint32_t strings = im->count[HK_VM_S_STRINGS];
  for (uint32_t i = 0; i < im->count[HK_VM_S_CLASSES]; i++) {
    const uint32_t *r = hk_vm_record(im, HK_VM_S_CLASSES, i);
    if (r[0] != i + HK_FIRST_USER_CLASS || r[1] < 8 || r[1] % 8 != 0 || r[1] > HK_MAX_SIZE || r[2] > HK_CLASS_KIND_VARIANT || r[8] >= strings || r[9] > strings || r[10] > 2) return 0;
    if (r[5] > im->count[HK_VM_S_FIELDS] || r[4] > im->count[HK_VM_S_FIELDS] - r[5]) return 0;
    if (r[7] > im->count[HK_VM_S_NAMES] || r[6] > im->count[HK_VM_S_NAMES] - r[7]) return 0;
    for (uint32_t k = 0; k < r[4]; k++) {
      const uint32_t *f = hk_vm_record(im, HK_VM_S_FIELDS, r[5] + k);
      if (f[0] < 8 || f[0] % 8 != 0 || f[1] > HK_REPR_ANY || f[2] > 255 || f[3] >= strings) return 0;
      if (f[0] + (f[1] == HK_REPR_ANY ? 16u : 8u) > r[1]) return 0;
    }
  }
  for (uint32_t i = 0; i < im->count[HK_VM_S_NAMES]; i++) {
    if (*hk_vm_record(im, HK_VM_S_NAMES, i) >= strings) return 0;
  }
  for (uint32_t i = 0; i < im->count[HK_VM_S_STATICS]; i++) {
    if (*hk_vm_record(im, HK_VM_S_STATICS, i) >= im->count[HK_VM_S_CLASSES]) return 0;
  }
  uint32_t before = HK_VM_G_SCALAR;
  for (uint32_t i = 0; i < im->count[HK_VM_S_GLOBALS]; i++) {
    uint32_t kind = *hk_vm_record(im, HK_VM_S_GLOBALS, i);
    if (kind > HK_VM_G_PAYLOAD || (kind == HK_VM_G_PAYLOAD) != (before == HK_VM_G_TAG)) return 0;
    before = kind;
  }
  if (before == HK_VM_G_TAG) return 0;
  uint32_t end = 0;
  uint32_t loop = 0;
  for (uint32_t i = 0; i < im->count[HK_VM_S_FUNCTIONS]; i++) {
    const uint32_t *r = hk_vm_record(im, HK_VM_S_FUNCTIONS, i);
    if (r[0] != end || r[1] == 0 || r[1] > im->count[HK_VM_S_CODE] - end) return 0;
    if (r[2] > HK_VM_MAX_REGISTERS || r[3] > r[2] || r[4] > HK_VM_R_ANY || r[5] > 1 || r[6] != loop || r[7] > im->count[HK_VM_S_LOOPS] - loop) return 0;
    end += r[1];
    loop += r[7];
  }
  if (end != im->count[HK_VM_S_CODE] || loop != im->count[HK_VM_S_LOOPS]) return 0;
  uint32_t functions = im->count[HK_VM_S_FUNCTIONS];
  if (hk_vm_header(im, 5) >= functions) return 0;
  for (uint32_t i = 6; i < 8; i++) {
    uint32_t f = hk_vm_header(im, i);
    if (f != HK_VM_NONE && (f >= functions || hk_vm_record(im, HK_VM_S_FUNCTIONS, f)[4] != HK_VM_R_ANY || hk_vm_record(im, HK_VM_S_FUNCTIONS, f)[3] != (i == 6 ? 1u : 3u))) return 0;
  }
  return hk_vm_record(im, HK_VM_S_FUNCTIONS, hk_vm_header(im, 5))[3] == 0;
}

static uint32_t hk_vm_wide(const hk_word *w) { return (uint32_t)w->b | (uint32_t)w->c << 16; }

/* The offset in an edge: 24 bits. */
static int32_t hk_vm_edge_offset(const hk_word *w) { return (int32_t)((uint32_t)w->c << 16 | (w->b & 0xff00u)) >> 8; }

static uint32_t hk_vm_edge_site(const hk_word *w) { return (uint32_t)w->a | (w->b & 0xffu) << 16; }

/* Words of an instruction; 0 if it is not one. */
static uint32_t hk_vm_length(const hk_word *w) {
  if (w->op >= HK_VM_OP_COUNT || (w->op >= HK_VM_edge && w->op <= HK_VM_compiled)) return 0;
  switch (hk_vm_rows[w->op].follows) {
    case HK_VM_F_EDGE:
    case HK_VM_F_MISS: return 2;
    case HK_VM_F_ARGS: return w->b < HK_VM_ABI_COUNT ? 1u + ((hk_vm_abi[w->b].args + 3u) >> 2) : 0;
    case HK_VM_F_ARGS_EDGE: return w->b < HK_VM_ABI_COUNT ? 2u + ((hk_vm_abi[w->b].args + 3u) >> 2) : 0;
    case HK_VM_F_TABLE: return 2u + w->b;
    default: return 1;
  }
}

/* True if control never goes on to the next word. */
static int hk_vm_ends(uint16_t op) {
  return op == HK_VM_ret || op == HK_VM_ret2 || op == HK_VM_ret0 || op == HK_VM_leave_ret || op == HK_VM_leave_ret2 || op == HK_VM_leave_ret0 || op == HK_VM_raise ||
         op == HK_VM_fatal || op == HK_VM_unreachable || op == HK_VM_jump || op == HK_VM_jump_loop || op == HK_VM_switch;
}

/* The operands of one instruction, jumps aside. */
static int hk_vm_check_operands(const hk_vm_image *im, const uint32_t *func, const hk_word *w) {
  uint32_t registers = func[2];
  const uint16_t field[3] = {w->a, w->b, w->c};
  const char *operands = hk_vm_rows[w->op].operands;
  for (int i = 0; i < 3; i++) {
    switch (operands[i]) {
      case '-':
        if (operands[0] == 'n') break;
        if (field[i] != 0) return 0;
        break;
      case 'w':
      case 'r':
      case 'm':
        if (field[i] >= registers) return 0;
        break;
      case 'W':
      case 'R':
      case 'M':
        if (field[i] + 1u >= registers) return 0;
        break;
      case 'K':
        if (hk_vm_wide(w) >= im->count[HK_VM_S_CONSTANTS]) return 0;
        return 1;
      case 'S':
        if (hk_vm_wide(w) >= im->count[HK_VM_S_STRINGS]) return 0;
        return 1;
      case 'X':
        if (hk_vm_wide(w) >= im->count[HK_VM_S_STATICS]) return 0;
        return 1;
      case 'C':
        if (hk_vm_wide(w) >= im->count[HK_VM_S_CLASSES]) return 0;
        return 1;
      case 'G': {
        uint32_t n = hk_vm_wide(w);
        if (n >= im->count[HK_VM_S_GLOBALS]) return 0;
        uint32_t kind = *hk_vm_record(im, HK_VM_S_GLOBALS, n);
        int pair = operands[0] == 'W' || operands[0] == 'R';
        int counted = w->op == HK_VM_global_set_ref;
        int scalar = w->op == HK_VM_global_set;
        if (pair ? kind != HK_VM_G_TAG : kind >= HK_VM_G_TAG) return 0;
        if ((counted && kind != HK_VM_G_POINTER) || (scalar && kind != HK_VM_G_SCALAR)) return 0;
        return 1;
      }
      case 'I':
      case 'J': return 1;
      case 'f': {
        if (field[i] >= im->count[HK_VM_S_FUNCTIONS]) return 0;
        const uint32_t *callee = hk_vm_record(im, HK_VM_S_FUNCTIONS, field[i]);
        uint32_t words = callee[4] == HK_VM_R_UNIT ? 0 : callee[4] == HK_VM_R_ANY ? 2 : 1;
        uint32_t taken = w->op == HK_VM_call0 ? 0 : w->op == HK_VM_call2 ? 2 : 1;
        if (words != taken || w->b + (uint32_t)HK_VM_RECORD + callee[3] > registers) return 0;
        break;
      }
      default: break;
    }
  }
  if ((w->op == HK_VM_i64_div_n || w->op == HK_VM_i64_rem_n) && (w->c == 0 || w->c == 0xffff)) return 0;
  uint8_t follows = hk_vm_rows[w->op].follows;
  if (follows == HK_VM_F_ARGS || follows == HK_VM_F_ARGS_EDGE) {
    if (follows == HK_VM_F_ARGS_EDGE && !hk_vm_abi[w->b].fails) return 0;
    if (w->a + (uint32_t)hk_vm_abi[w->b].words > registers || w->c != 0) return 0;
    const uint16_t *args = (const uint16_t *)(const void *)(w + 1);
    for (uint32_t k = 0; k < hk_vm_abi[w->b].args; k++) {
      if (args[k] + (hk_vm_abi_params[w->b][k] == 'a' ? 2u : 1u) > registers) return 0;
    }
  }
  if (w->op == HK_VM_ret && (func[4] == HK_VM_R_UNIT || func[4] == HK_VM_R_ANY)) return 0;
  if (w->op == HK_VM_leave_ret && (func[4] == HK_VM_R_UNIT || func[4] == HK_VM_R_ANY)) return 0;
  if ((w->op == HK_VM_ret2 || w->op == HK_VM_leave_ret2) && func[4] != HK_VM_R_ANY) return 0;
  if ((w->op == HK_VM_ret0 || w->op == HK_VM_leave_ret0) && func[4] != HK_VM_R_UNIT) return 0;
  return 1;
}

static int hk_vm_is_start(const uint8_t *starts, uint32_t length, int64_t at) { return at >= 0 && at < (int64_t)length && starts[at]; }

static int hk_vm_check_edge(const hk_vm_image *im, const uint8_t *starts, uint32_t length, const hk_word *code, uint32_t at) {
  const hk_word *e = code + at;
  if (e->op != HK_VM_edge) return 0;
  uint32_t site = hk_vm_edge_site(e);
  if (site != HK_VM_NO_SITE && site >= im->count[HK_VM_S_LINES]) return 0;
  int32_t offset = hk_vm_edge_offset(e);
  if (site == HK_VM_NO_SITE && offset == -1) return 1;
  return hk_vm_is_start(starts, length, (int64_t)at + 1 + offset);
}

/* The code of one function: whole instructions, operands in range, jumps to instructions, no way past the end. */
static int hk_vm_check_function(const hk_vm_image *im, uint32_t number, uint8_t *starts) {
  const uint32_t *func = hk_vm_record(im, HK_VM_S_FUNCTIONS, number);
  const hk_word *code = (const hk_word *)(const void *)hk_vm_record(im, HK_VM_S_CODE, func[0]);
  uint32_t length = func[1];
  for (uint32_t i = 0; i < length; i++) starts[i] = 0;
  uint32_t last = 0;
  for (uint32_t at = 0; at < length;) {
    uint32_t words = hk_vm_length(code + at);
    if (words == 0 || words > length - at) return hk_vm_damaged(func[0] + at);
    starts[at] = 1;
    last = at;
    at += words;
  }
  if (!hk_vm_ends(code[last].op)) return hk_vm_damaged(func[0] + last);
  for (uint32_t at = 0; at < length; at += hk_vm_length(code + at)) {
    const hk_word *w = code + at;
    if (!hk_vm_check_operands(im, func, w)) return hk_vm_damaged(func[0] + at);
    uint32_t words = hk_vm_length(w);
    uint8_t follows = hk_vm_rows[w->op].follows;
    const char *operands = hk_vm_rows[w->op].operands;
    int fine = 1;
    if (operands[2] == 't') fine = hk_vm_is_start(starts, length, (int64_t)at + 1 + (int16_t)w->c);
    if (operands[1] == 'J') fine = hk_vm_is_start(starts, length, (int64_t)at + 1 + (int32_t)hk_vm_wide(w));
    if (follows == HK_VM_F_EDGE || follows == HK_VM_F_MISS || follows == HK_VM_F_ARGS_EDGE) fine = fine && hk_vm_check_edge(im, starts, length, code, at + words - 1);
    if (follows == HK_VM_F_TABLE) {
      for (uint32_t k = 1; fine && k < words; k++) fine = w[k].op == HK_VM_jump && hk_vm_is_start(starts, length, (int64_t)at + k + 1 + (int32_t)hk_vm_wide(w + k));
    }
    if (!fine) return hk_vm_damaged(func[0] + at);
  }
  for (uint32_t k = 0; k < func[7]; k++) {
    const uint32_t *loop = hk_vm_record(im, HK_VM_S_LOOPS, func[6] + k);
    if (loop[0] != number || !hk_vm_is_start(starts, length, loop[1])) return hk_vm_damaged(func[0]);
  }
  return 1;
}

static void hk_vm_build_strings(const hk_vm_image *im) {
  uint32_t count = im->count[HK_VM_S_STRINGS];
  size_t room = (size_t)count * sizeof(hk_str *) + 8;
  for (uint32_t i = 0; i < count; i++) room += (sizeof(hk_str) + hk_vm_record(im, HK_VM_S_STRINGS, i)[1] + 7) & ~(size_t)7;
  uintptr_t at = (uintptr_t)hk_mem_take(room);
  hk_vm.strings = (hk_str **)at;
  at = (at + (size_t)count * sizeof(hk_str *) + 7) & ~(uintptr_t)7;
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t *r = hk_vm_record(im, HK_VM_S_STRINGS, i);
    const uint8_t *text = im->bytes + im->offset[HK_VM_S_BYTES] + r[0];
    hk_str *s = (hk_str *)at;
    s->head.count = HK_IMMORTAL;
    s->head.word = HK_C_STRING_BOX;
    s->bytes = s->capacity = r[1];
    s->points = hk_points_in(text, r[1]);
    s->hash = 0;
    hk_copy(s->data, text, r[1]);
    hk_vm.strings[i] = s;
    at += (sizeof(hk_str) + r[1] + 7) & ~(size_t)7;
  }
}

static void hk_vm_build_classes(const hk_vm_image *im) {
  uint32_t count = im->count[HK_VM_S_CLASSES];
  hk_class *classes = hk_mem_take((size_t)count * sizeof(hk_class) + 8);
  hk_field *fields = hk_mem_take((size_t)im->count[HK_VM_S_FIELDS] * sizeof(hk_field) + 8);
  hk_str **names = hk_mem_take((size_t)im->count[HK_VM_S_NAMES] * sizeof(hk_str *) + 8);
  hk_vm.class_sizes = hk_mem_take((size_t)count * 4 + 8);
  for (uint32_t i = 0; i < im->count[HK_VM_S_FIELDS]; i++) {
    const uint32_t *f = hk_vm_record(im, HK_VM_S_FIELDS, i);
    fields[i] = (hk_field){.offset = f[0], .repr = (uint8_t)f[1], .flags = (uint8_t)f[2], .zero = 0, .name = hk_vm.strings[f[3]]};
  }
  for (uint32_t i = 0; i < im->count[HK_VM_S_NAMES]; i++) names[i] = hk_vm.strings[*hk_vm_record(im, HK_VM_S_NAMES, i)];
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t *r = hk_vm_record(im, HK_VM_S_CLASSES, i);
    classes[i] = (hk_class){.id = r[0], .size = r[1], .kind = r[2], .arity = r[3], .nfields = r[4], .isnames_count = r[6], .name = hk_vm.strings[r[8]],
                            .fields = fields + r[5], .isnames = names + r[7], .enum_label = r[9] == 0 ? NULL : hk_vm.strings[r[9] - 1], .shape = r[10], .pad = 0};
    hk_vm.class_sizes[i] = r[1];
  }
  hk_init(classes, (int32_t)count);
}

static void hk_vm_build(const hk_vm_image *im) {
  hk_vm_build_strings(im);
  hk_vm_build_classes(im);
  hk_vm.constants = (const int64_t *)(const void *)hk_vm_record(im, HK_VM_S_CONSTANTS, 0);
  hk_vm.lines = (const int32_t *)(const void *)hk_vm_record(im, HK_VM_S_LINES, 0);
  hk_vm.code = (hk_word *)((uintptr_t)im->bytes + im->offset[HK_VM_S_CODE]);
  hk_vm.code_length = im->count[HK_VM_S_CODE];
  hk_vm.static_count = im->count[HK_VM_S_STATICS];
  hk_vm.statics = hk_mem_take((size_t)hk_vm.static_count * sizeof(hk_obj *) + 8);
  for (uint32_t i = 0; i < hk_vm.static_count; i++) {
    const uint32_t *r = hk_vm_record(im, HK_VM_S_CLASSES, *hk_vm_record(im, HK_VM_S_STATICS, i));
    hk_obj *o = hk_mem_take(r[1]);
    __builtin_memset(o, 0, r[1]);
    o->count = HK_IMMORTAL;
    o->word = r[0];
    hk_vm.statics[i] = o;
  }
  hk_vm.global_count = im->count[HK_VM_S_GLOBALS];
  hk_vm.global_kinds = hk_vm_record(im, HK_VM_S_GLOBALS, 0);
  hk_vm.globals = hk_mem_take((size_t)hk_vm.global_count * sizeof(hk_reg) + 8);
  for (uint32_t i = 0; i < hk_vm.global_count; i++) hk_vm.globals[i].i = 0;
  hk_vm.func_count = im->count[HK_VM_S_FUNCTIONS];
  hk_vm.funcs = hk_mem_take((size_t)hk_vm.func_count * sizeof(hk_vm_func));
  for (uint32_t i = 0; i < hk_vm.func_count; i++) {
    const uint32_t *r = hk_vm_record(im, HK_VM_S_FUNCTIONS, i);
    hk_vm.funcs[i] = (hk_vm_func){.code = hk_vm.code + r[0], .registers = r[2], .params = r[3], .result = r[4], .fails = r[5], .ticks = 0, .calls_left = 0, .calls_from = 0, .first_loop = r[6], .loops = r[7], .length = r[1]};
  }
  hk_vm.loop_count = im->count[HK_VM_S_LOOPS];
  hk_vm.loops = hk_mem_take((size_t)hk_vm.loop_count * sizeof(hk_vm_loop) + 8);
  for (uint32_t i = 0; i < hk_vm.loop_count; i++) {
    const uint32_t *r = hk_vm_record(im, HK_VM_S_LOOPS, i);
    hk_vm.loops[i] = (hk_vm_loop){.at = hk_vm.funcs[r[0]].code + r[1], .ticks = 0, .turns_left = 0};
  }
  hk_vm.main = hk_vm_header(im, 5);
  hk_vm.text_callback = hk_vm_header(im, 6);
  hk_vm.equals_callback = hk_vm_header(im, 7);
}

static int hk_vm_check_code(const hk_vm_image *im) {
  uint32_t longest = 1;
  for (uint32_t i = 0; i < im->count[HK_VM_S_FUNCTIONS]; i++) {
    uint32_t length = hk_vm_record(im, HK_VM_S_FUNCTIONS, i)[1];
    if (length > longest) longest = length;
  }
  uint8_t *starts = hk_mem_take(longest);
  int fine = 1;
  for (uint32_t i = 0; fine && i < im->count[HK_VM_S_FUNCTIONS]; i++) fine = hk_vm_check_function(im, i, starts);
  hk_mem_give(starts, longest);
  return fine;
}

int32_t hk_vm_load(void *data, uint32_t size) {
  hk_vm_image im = {.bytes = data, .size = size};
  if (size < HK_VM_HEADER_WORDS * 4 || (uintptr_t)data % 8 != 0 || hk_vm_header(&im, 0) != HK_VM_MAGIC) return HK_VM_NOT_A_PROGRAM;
  if (hk_vm_header(&im, 1) != HK_VM_VERSION) return HK_VM_WRONG_VERSION;
  hk_vm.damage = HK_VM_NONE;
  if (hk_vm_header(&im, 2) != size || hk_vm_header(&im, 3) != hk_hash_of_program(im.bytes + 16, size - 16)) return HK_VM_DAMAGED;
  if (hk_vm_header(&im, 4) != HK_VM_FINGERPRINT) return HK_VM_WRONG_RUNTIME;
  if (!hk_vm_find_sections(&im) || !hk_vm_check_tables(&im) || !hk_vm_check_code(&im)) return HK_VM_DAMAGED;
  hk_vm_build(&im);
  return HK_VM_OK;
}
