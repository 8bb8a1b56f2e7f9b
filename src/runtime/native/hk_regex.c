/*
 * Regular expressions: compiled to a small program that is run for all possible matches at once (Pike's way), so time is in
 * proportion to the text, whatever the pattern.
 *
 * The one idea: a list of threads, best first, each an instruction and the places of its groups; all advance together, one
 * character at a time. The leftmost match of the best thread wins, as in a backtracking engine.
 *
 * Patterns: literals, . ^ $ \b \B, classes [a-z] [^…] \d \w \s and their negations, groups (…) (?:…) (?<name>…) (?P<name>…),
 * alternatives, * + ? {n} {n,} {n,m} with a lazy ?, flags (?i) (?s) (?m) at the start. No references back, no looking around.
 */
#include "hk.h"

#define HK_RE_CHAR 0   /* a: character */
#define HK_RE_ANY 1    /* any character; a: also line ends */
#define HK_RE_CLASS 2  /* a: first range, b: number of ranges, negated if bit 31 */
#define HK_RE_SPLIT 3  /* a: first choice, b: second */
#define HK_RE_JUMP 4   /* a: target */
#define HK_RE_SAVE 5   /* a: place */
#define HK_RE_START 6  /* a: also after line ends */
#define HK_RE_END 7    /* a: also before line ends */
#define HK_RE_WORD 8   /* a: 1 for \b, 0 for \B */
#define HK_RE_MATCH 9

#define HK_RE_MAX 20000u
#define HK_RE_GROUPS 100u
#define HK_RE_NEGATED 0x80000000u
#define HK_RE_NONE 0xffffffffu

typedef struct hk_re_inst {
  uint32_t op;
  uint32_t a;
  uint32_t b;
} hk_re_inst;

/* A growing list of words. */
typedef struct hk_words {
  uint32_t *w;
  uint32_t n;
  uint32_t room;
} hk_words;

struct hk_RegexBox {
  hk_obj head;
  hk_str *pattern;
  hk_words code;   /* three words an instruction */
  hk_words ranges; /* two words a range */
  hk_words names;  /* three words a name: group, start and end in the pattern */
  uint32_t groups; /* the whole match included */
  uint32_t ignore_case;
};

typedef struct hk_re_parser {
  hk_RegexBox *re;
  const unsigned char *p;
  uint32_t n;
  uint32_t at;
  uint32_t depth;
  uint32_t any_line;
  uint32_t multi_line;
  const char *wrong;
} hk_re_parser;

static void hk_words_add(hk_words *list, uint32_t w) {
  if (list->n == list->room) {
    uint32_t room = list->room < 16 ? 32 : list->room * 2;
    list->w = list->room == 0 ? hk_mem_take(room * 4u) : hk_mem_resize(list->w, list->room * 4u, room * 4u);
    list->room = room;
  }
  list->w[list->n++] = w;
}

static void hk_words_drop(hk_words *list) {
  if (list->room != 0) hk_mem_give(list->w, list->room * 4u);
  list->w = NULL;
  list->n = list->room = 0;
}

static void hk_drop_regex(hk_obj *o) {
  hk_RegexBox *re = (hk_RegexBox *)o;
  hk_dec(re->pattern);
  hk_words_drop(&re->code);
  hk_words_drop(&re->ranges);
  hk_words_drop(&re->names);
}

static uint32_t hk_re_size(const hk_RegexBox *re) { return re->code.n / 3; }

static hk_re_inst *hk_re_at(const hk_RegexBox *re, uint32_t i) { return (hk_re_inst *)(void *)(re->code.w + i * 3); }

static int hk_re_wrong(hk_re_parser *x, const char *what) {
  if (x->wrong == NULL) x->wrong = what;
  return 0;
}

static int hk_re_emit(hk_re_parser *x, uint32_t op, uint32_t a, uint32_t b) {
  if (hk_re_size(x->re) >= HK_RE_MAX) return hk_re_wrong(x, "pattern is too large");
  hk_words_add(&x->re->code, op);
  hk_words_add(&x->re->code, a);
  hk_words_add(&x->re->code, b);
  return 1;
}

/* Puts an instruction before the one at `at`; targets from there on move along. */
static int hk_re_insert(hk_re_parser *x, uint32_t at, uint32_t op, uint32_t a, uint32_t b) {
  if (!hk_re_emit(x, op, a, b)) return 0;
  for (uint32_t i = hk_re_size(x->re) - 1; i > at; i--) {
    *hk_re_at(x->re, i) = *hk_re_at(x->re, i - 1);
    hk_re_inst *inst = hk_re_at(x->re, i);
    if (inst->op == HK_RE_SPLIT || inst->op == HK_RE_JUMP) {
      if (inst->a >= at) inst->a++;
      if (inst->op == HK_RE_SPLIT && inst->b >= at) inst->b++;
    }
  }
  *hk_re_at(x->re, at) = (hk_re_inst){op, a, b};
  return 1;
}

/* Appends a copy of the instructions from one to another. */
static int hk_re_repeat(hk_re_parser *x, uint32_t from, uint32_t to) {
  uint32_t shift = hk_re_size(x->re) - from;
  for (uint32_t i = from; i < to; i++) {
    hk_re_inst inst = *hk_re_at(x->re, i);
    if (inst.op == HK_RE_SPLIT || inst.op == HK_RE_JUMP) inst.a += shift;
    if (inst.op == HK_RE_SPLIT) inst.b += shift;
    if (!hk_re_emit(x, inst.op, inst.a, inst.b)) return 0;
  }
  return 1;
}

static int hk_re_more(const hk_re_parser *x) { return x->at < x->n; }

static int hk_re_take(hk_re_parser *x, unsigned char c) {
  if (!hk_re_more(x) || x->p[x->at] != c) return 0;
  x->at++;
  return 1;
}

static uint32_t hk_re_next(hk_re_parser *x) {
  uint32_t length;
  uint32_t c = hk_decode(x->p + x->at, &length);
  x->at += length;
  return c;
}

static void hk_re_range(hk_re_parser *x, uint32_t from, uint32_t to) {
  hk_words_add(&x->re->ranges, from);
  hk_words_add(&x->re->ranges, to);
}

static const uint32_t hk_digit_ranges[] = {'0', '9'};
static const uint32_t hk_word_ranges[] = {'0', '9', 'A', 'Z', '_', '_', 'a', 'z'};
static const uint32_t hk_space_ranges[] = {9, 13, 32, 32, 0x85, 0x85, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000};

/* Adds the ranges of \d \w \s, or of their complements; 0 if the letter is none of them. */
static int hk_re_escape_class(hk_re_parser *x, uint32_t letter) {
  const uint32_t *ranges;
  size_t n;
  switch (letter | 32) {
    case 'd':
      ranges = hk_digit_ranges;
      n = sizeof hk_digit_ranges / 4;
      break;
    case 'w':
      ranges = hk_word_ranges;
      n = sizeof hk_word_ranges / 4;
      break;
    case 's':
      ranges = hk_space_ranges;
      n = sizeof hk_space_ranges / 4;
      break;
    default: return 0;
  }
  if (letter & 32) {
    for (size_t i = 0; i < n; i += 2) hk_re_range(x, ranges[i], ranges[i + 1]);
    return 1;
  }
  uint32_t from = 0;
  for (size_t i = 0; i < n; i += 2) {
    if (ranges[i] > from) hk_re_range(x, from, ranges[i] - 1);
    from = ranges[i + 1] + 1;
  }
  hk_re_range(x, from, 0x10ffff);
  return 1;
}

static uint32_t hk_re_hex(hk_re_parser *x, uint32_t digits) {
  uint32_t value = 0;
  uint32_t seen = 0;
  while (hk_re_more(x) && seen < digits) {
    unsigned char c = x->p[x->at];
    uint32_t digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32u) - 'a' + 10 : 16;
    if (digit == 16) break;
    value = value * 16 + digit;
    seen++;
    x->at++;
  }
  if (seen == 0 || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) hk_re_wrong(x, "malformed escape");
  return value;
}

/* The character an escape means, after its backslash. */
static uint32_t hk_re_escape(hk_re_parser *x) {
  uint32_t c = hk_re_next(x);
  switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'f': return '\f';
    case 'v': return '\v';
    case '0': return 0;
    case 'x':
    case 'u': {
      if (hk_re_take(x, '{')) {
        uint32_t value = hk_re_hex(x, 6);
        if (!hk_re_take(x, '}')) hk_re_wrong(x, "malformed escape");
        return value;
      }
      return hk_re_hex(x, c == 'x' ? 2 : 4);
    }
    default:
      if ((c >= '1' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z')) hk_re_wrong(x, "unknown escape");
      return c;
  }
}

/* A class after its bracket. */
static int hk_re_class(hk_re_parser *x) {
  uint32_t first = x->re->ranges.n / 2;
  uint32_t negated = hk_re_take(x, '^') ? HK_RE_NEGATED : 0;
  int start = 1;
  for (;; start = 0) {
    if (!hk_re_more(x)) return hk_re_wrong(x, "class without end");
    if (!start && hk_re_take(x, ']')) break;
    if (start && x->p[x->at] == ']' && x->at + 1 < x->n && negated == 0) {
      x->at++;
      break;
    }
    uint32_t from;
    if (hk_re_take(x, '\\')) {
      if (!hk_re_more(x)) return hk_re_wrong(x, "class without end");
      if (hk_re_escape_class(x, x->p[x->at])) {
        x->at++;
        continue;
      }
      from = hk_re_take(x, 'b') ? '\b' : hk_re_escape(x);
    } else {
      from = hk_re_next(x);
    }
    uint32_t to = from;
    if (x->at + 1 < x->n && x->p[x->at] == '-' && x->p[x->at + 1] != ']') {
      x->at++;
      if (hk_re_take(x, '\\')) {
        if (!hk_re_more(x)) return hk_re_wrong(x, "class without end");
        to = hk_re_escape(x);
      } else {
        to = hk_re_next(x);
      }
      if (to < from) return hk_re_wrong(x, "range out of order");
    }
    hk_re_range(x, from, to);
  }
  return hk_re_emit(x, HK_RE_CLASS, first, (x->re->ranges.n / 2 - first) | negated);
}

static int hk_re_alternatives(hk_re_parser *x);

/* A group after its parenthesis. */
static int hk_re_group(hk_re_parser *x) {
  uint32_t group = HK_RE_NONE;
  if (hk_re_take(x, '?')) {
    if (!hk_re_take(x, ':')) {
      hk_re_take(x, 'P');
      if (!hk_re_take(x, '<') || !hk_re_more(x) || x->p[x->at] == '=' || x->p[x->at] == '!') return hk_re_wrong(x, "looking around is not supported");
      uint32_t start = x->at;
      while (hk_re_more(x) && x->p[x->at] != '>') x->at++;
      if (!hk_re_more(x) || x->at == start) return hk_re_wrong(x, "group name without end");
      group = x->re->groups++;
      hk_words_add(&x->re->names, group);
      hk_words_add(&x->re->names, start);
      hk_words_add(&x->re->names, x->at);
      x->at++;
    }
  } else {
    group = x->re->groups++;
  }
  if (x->re->groups > HK_RE_GROUPS) return hk_re_wrong(x, "too many groups");
  if (++x->depth > 200) return hk_re_wrong(x, "nested too deeply");
  if (group != HK_RE_NONE && !hk_re_emit(x, HK_RE_SAVE, group * 2, 0)) return 0;
  if (!hk_re_alternatives(x)) return 0;
  if (!hk_re_take(x, ')')) return hk_re_wrong(x, "group without end");
  x->depth--;
  return group == HK_RE_NONE || hk_re_emit(x, HK_RE_SAVE, group * 2 + 1, 0);
}

/* Digits as a number; HK_RE_NONE if there are none. */
static uint32_t hk_re_count(hk_re_parser *x) {
  uint32_t value = HK_RE_NONE;
  while (hk_re_more(x) && x->p[x->at] >= '0' && x->p[x->at] <= '9') {
    value = (value == HK_RE_NONE ? 0 : value * 10) + (uint32_t)(x->p[x->at++] - '0');
    if (value > 1000) {
      hk_re_wrong(x, "repeat count is too large");
      return 0;
    }
  }
  return value;
}

/* At the end of an atom that began at `start`: the repeat after it. */
static int hk_re_postfix(hk_re_parser *x, uint32_t start) {
  uint32_t least;
  uint32_t most;
  if (hk_re_take(x, '*')) {
    least = 0;
    most = HK_RE_NONE;
  } else if (hk_re_take(x, '+')) {
    least = 1;
    most = HK_RE_NONE;
  } else if (hk_re_take(x, '?')) {
    least = 0;
    most = 1;
  } else if (hk_re_more(x) && x->p[x->at] == '{') {
    x->at++;
    least = hk_re_count(x);
    if (least == HK_RE_NONE) return hk_re_wrong(x, "malformed repeat");
    most = least;
    if (hk_re_take(x, ',')) most = hk_re_count(x);
    if (!hk_re_take(x, '}')) return hk_re_wrong(x, "malformed repeat");
    if (most < least) return hk_re_wrong(x, "repeat out of order");
  } else {
    return 1;
  }
  uint32_t lazy = (uint32_t)hk_re_take(x, '?');
  uint32_t end = hk_re_size(x->re);
  uint32_t length = end - start;
  if (most == 0) {
    x->re->code.n = start * 3;
    return 1;
  }
  /* The atom stands there once; further copies follow. */
  uint32_t copies = most == HK_RE_NONE ? (least == 0 ? 1 : least) : most;
  for (uint32_t i = 1; i < copies; i++) {
    if (!hk_re_repeat(x, start, end)) return 0;
  }
  if (most == HK_RE_NONE) {
    uint32_t last = start + (copies - 1) * length;
    if (least == 0) {
      /* split past; atom; jump back */
      if (!hk_re_insert(x, last, HK_RE_SPLIT, 0, 0)) return 0;
      if (!hk_re_emit(x, HK_RE_JUMP, last, 0)) return 0;
      uint32_t past = hk_re_size(x->re);
      *hk_re_at(x->re, last) = (hk_re_inst){HK_RE_SPLIT, lazy ? past : last + 1, lazy ? last + 1 : past};
      return 1;
    }
    uint32_t past = hk_re_size(x->re) + 1;
    return hk_re_emit(x, HK_RE_SPLIT, lazy ? past : last, lazy ? last : past);
  }
  /* Optional copies: a split before each goes past all. */
  for (uint32_t i = most; i > least; i--) {
    if (!hk_re_insert(x, start + (i - 1) * length, HK_RE_SPLIT, 0, 0)) return 0;
  }
  uint32_t past = hk_re_size(x->re);
  for (uint32_t i = least; i < most; i++) {
    uint32_t at = start + i * length + (i - least);
    *hk_re_at(x->re, at) = (hk_re_inst){HK_RE_SPLIT, lazy ? past : at + 1, lazy ? at + 1 : past};
  }
  return 1;
}

static int hk_re_atom(hk_re_parser *x) {
  uint32_t c = hk_re_next(x);
  switch (c) {
    case '.': return hk_re_emit(x, HK_RE_ANY, x->any_line, 0);
    case '^': return hk_re_emit(x, HK_RE_START, x->multi_line, 0);
    case '$': return hk_re_emit(x, HK_RE_END, x->multi_line, 0);
    case '[': return hk_re_class(x);
    case '(': return hk_re_group(x);
    case '*':
    case '+':
    case '?':
    case '{': return hk_re_wrong(x, "nothing to repeat");
    case '\\': {
      if (!hk_re_more(x)) return hk_re_wrong(x, "pattern ends with a backslash");
      if (hk_re_take(x, 'b')) return hk_re_emit(x, HK_RE_WORD, 1, 0);
      if (hk_re_take(x, 'B')) return hk_re_emit(x, HK_RE_WORD, 0, 0);
      uint32_t first = x->re->ranges.n / 2;
      if (hk_re_escape_class(x, x->p[x->at])) {
        x->at++;
        return hk_re_emit(x, HK_RE_CLASS, first, x->re->ranges.n / 2 - first);
      }
      c = hk_re_escape(x);
      return hk_re_emit(x, HK_RE_CHAR, c, 0);
    }
    default: return hk_re_emit(x, HK_RE_CHAR, c, 0);
  }
}

static int hk_re_alternatives(hk_re_parser *x) {
  uint32_t start = hk_re_size(x->re);
  hk_words jumps = {NULL, 0, 0};
  int good = 1;
  for (;;) {
    while (good && hk_re_more(x) && x->p[x->at] != '|' && x->p[x->at] != ')') {
      uint32_t atom = hk_re_size(x->re);
      good = hk_re_atom(x) && x->wrong == NULL && hk_re_postfix(x, atom) && x->wrong == NULL;
    }
    if (!good || !hk_re_take(x, '|')) break;
    /* split first alternative, the rest; a jump to the end after it. Earlier jumps lie before `start`, so they do not move. */
    good = hk_re_insert(x, start, HK_RE_SPLIT, 0, 0) && hk_re_emit(x, HK_RE_JUMP, 0, 0);
    if (!good) break;
    hk_words_add(&jumps, hk_re_size(x->re) - 1);
    *hk_re_at(x->re, start) = (hk_re_inst){HK_RE_SPLIT, start + 1, hk_re_size(x->re)};
    start = hk_re_size(x->re);
  }
  if (good) {
    for (uint32_t i = 0; i < jumps.n; i++) hk_re_at(x->re, jumps.w[i])->a = hk_re_size(x->re);
  }
  hk_words_drop(&jumps);
  return good;
}

/* Flags (?ims) at the start of a pattern. */
static void hk_re_flags(hk_re_parser *x) {
  if (x->n < 4 || x->p[0] != '(' || x->p[1] != '?') return;
  uint32_t i = 2;
  while (i < x->n && (x->p[i] == 'i' || x->p[i] == 'm' || x->p[i] == 's')) i++;
  if (i == 2 || i == x->n || x->p[i] != ')') return;
  for (uint32_t k = 2; k < i; k++) {
    if (x->p[k] == 'i') x->re->ignore_case = 1;
    if (x->p[k] == 'm') x->multi_line = 1;
    if (x->p[k] == 's') x->any_line = 1;
  }
  x->at = i + 1;
}

hk_RegexBox *hk_regex_new(hk_str *pattern) {
  hk_RegexBox *re = hk_object(HK_C_REGEX_BOX, sizeof(hk_RegexBox));
  hk_inc(pattern);
  re->pattern = pattern;
  re->code = re->ranges = re->names = (hk_words){NULL, 0, 0};
  re->groups = 1;
  re->ignore_case = 0;
  hk_re_parser x = {re, pattern->data, pattern->bytes, 0, 0, 0, 0, NULL};
  hk_re_flags(&x);
  hk_re_emit(&x, HK_RE_SAVE, 0, 0);
  if (hk_re_alternatives(&x) && hk_re_more(&x)) hk_re_wrong(&x, "unmatched )");
  hk_re_emit(&x, HK_RE_SAVE, 1, 0);
  hk_re_emit(&x, HK_RE_MATCH, 0, 0);
  if (x.wrong == NULL) return re;
  hk_fail(HK_E_PARSE_ERROR, "regex parse error at %d: %s", (int64_t)hk_points_in(pattern->data, x.at), x.wrong);
  hk_dec(re);
  return NULL;
}

/* Running. */

typedef struct hk_re_threads {
  uint32_t n;
  uint32_t *at;    /* instruction of each */
  uint32_t *saved; /* places of each */
} hk_re_threads;

typedef struct hk_re_run {
  const hk_RegexBox *re;
  const unsigned char *p;
  uint32_t n;
  uint32_t width;  /* places a thread */
  uint32_t *seen;  /* by instruction: the step at which it was added */
  uint32_t step;
  uint32_t *stack; /* instructions to follow, and places to restore: three words each */
  hk_re_threads lists[2];
  void *memory;
  size_t bytes;
} hk_re_run;

static void hk_re_begin(hk_re_run *run, const hk_RegexBox *re, const hk_str *s) {
  uint32_t size = hk_re_size(re);
  run->re = re;
  run->p = s->data;
  run->n = s->bytes;
  run->width = re->groups * 2;
  run->step = 0;
  size_t words = (size_t)size * (1 + 6 + 2 * (1 + run->width));
  run->bytes = words * 4;
  run->memory = hk_mem_take(run->bytes);
  uint32_t *w = run->memory;
  run->seen = w;
  run->stack = run->seen + size;
  w = run->stack + (size_t)size * 6;
  for (int i = 0; i < 2; i++) {
    run->lists[i].n = 0;
    run->lists[i].at = w;
    run->lists[i].saved = w + size;
    w += (size_t)size * (1 + run->width);
  }
  for (uint32_t i = 0; i < size; i++) run->seen[i] = 0;
}

static void hk_re_finish(hk_re_run *run) { hk_mem_give(run->memory, run->bytes); }

static int hk_re_word_at(const hk_re_run *run, uint32_t at) {
  if (at >= run->n) return 0;
  unsigned char c = run->p[at];
  return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

static int hk_re_holds(const hk_re_run *run, const hk_re_inst *inst, uint32_t at) {
  switch (inst->op) {
    case HK_RE_START: return at == 0 || (inst->a && run->p[at - 1] == '\n');
    case HK_RE_END: return at == run->n || (inst->a && run->p[at] == '\n');
    default: return (at > 0 && hk_re_word_at(run, at - 1)) == hk_re_word_at(run, at) ? inst->a == 0 : inst->a == 1;
  }
}

/* Adds the threads that an instruction leads to without reading; `places` is changed and restored on the way. */
static void hk_re_add(hk_re_run *run, hk_re_threads *list, uint32_t first, uint32_t at, uint32_t *places) {
  uint32_t top = 0;
  run->stack[0] = first;
  run->stack[1] = HK_RE_NONE;
  top = 1;
  while (top > 0) {
    top--;
    uint32_t i = run->stack[top * 3];
    uint32_t place = run->stack[top * 3 + 1];
    if (place != HK_RE_NONE) {
      places[place] = run->stack[top * 3 + 2];
      continue;
    }
    if (run->seen[i] == run->step) continue;
    run->seen[i] = run->step;
    const hk_re_inst *inst = hk_re_at(run->re, i);
    uint32_t next = HK_RE_NONE;
    switch (inst->op) {
      case HK_RE_JUMP: next = inst->a; break;
      case HK_RE_SPLIT:
        run->stack[top * 3] = inst->b;
        run->stack[top * 3 + 1] = HK_RE_NONE;
        top++;
        next = inst->a;
        break;
      case HK_RE_SAVE:
        run->stack[top * 3] = 0;
        run->stack[top * 3 + 1] = inst->a;
        run->stack[top * 3 + 2] = places[inst->a];
        top++;
        places[inst->a] = at;
        next = i + 1;
        break;
      case HK_RE_START:
      case HK_RE_END:
      case HK_RE_WORD:
        if (hk_re_holds(run, inst, at)) next = i + 1;
        break;
      default:
        list->at[list->n] = i;
        for (uint32_t k = 0; k < run->width; k++) list->saved[list->n * run->width + k] = places[k];
        list->n++;
        break;
    }
    if (next != HK_RE_NONE) {
      run->stack[top * 3] = next;
      run->stack[top * 3 + 1] = HK_RE_NONE;
      top++;
    }
  }
}

static uint32_t hk_fold_case(uint32_t c) {
  if (c < 0x80) return c - 'A' <= 25 ? c ^ 0x20 : c;
  return hk_map_case(hk_lower_runs, sizeof hk_lower_runs / sizeof hk_lower_runs[0], c);
}

static int hk_re_in_class(const hk_RegexBox *re, const hk_re_inst *inst, uint32_t c) {
  uint32_t n = inst->b & ~HK_RE_NEGATED;
  for (uint32_t i = 0; i < n; i++) {
    const uint32_t *range = re->ranges.w + (inst->a + i) * 2;
    if (c >= range[0] && c <= range[1]) return 1;
  }
  return 0;
}

static int hk_re_reads(const hk_RegexBox *re, const hk_re_inst *inst, uint32_t c) {
  switch (inst->op) {
    case HK_RE_CHAR: return c == inst->a || (re->ignore_case && hk_fold_case(c) == hk_fold_case(inst->a));
    case HK_RE_ANY: return inst->a || c != '\n';
    default: {
      int in = hk_re_in_class(re, inst, c);
      if (!in && re->ignore_case) {
        uint32_t lower = hk_fold_case(c);
        uint32_t upper = c < 0x80 ? (lower - 'a' <= 25 ? lower ^ 0x20 : lower) : hk_map_case(hk_upper_runs, sizeof hk_upper_runs / sizeof hk_upper_runs[0], c);
        in = hk_re_in_class(re, inst, lower) || hk_re_in_class(re, inst, upper);
      }
      return in != ((inst->b & HK_RE_NEGATED) != 0);
    }
  }
}

/* First match at or after a byte offset: its places (byte offsets, HK_RE_NONE where a group took no part). */
static int hk_re_search(hk_re_run *run, uint32_t from, uint32_t *places) {
  hk_re_threads *now = &run->lists[0];
  hk_re_threads *next = &run->lists[1];
  uint32_t start[HK_RE_GROUPS * 2];
  int found = 0;
  now->n = 0;
  for (uint32_t at = from;;) {
    if (!found) {
      /* A match may also begin here, after all that began before. */
      if (now->n == 0) {
        const hk_re_inst *first = hk_re_at(run->re, 1);
        if (first->op == HK_RE_CHAR && first->a < 0x80 && !run->re->ignore_case) {
          at += (uint32_t)hk_find_byte(run->p + at, run->n - at, (unsigned char)first->a);
          if (at == run->n) break;
        }
        run->step++;
      }
      for (uint32_t k = 0; k < run->width; k++) start[k] = HK_RE_NONE;
      hk_re_add(run, now, 0, at, start);
    }
    if (now->n == 0 && (found || at >= run->n)) break;
    uint32_t length = 0;
    uint32_t c = at < run->n ? hk_decode(run->p + at, &length) : 0;
    run->step++;
    next->n = 0;
    for (uint32_t t = 0; t < now->n; t++) {
      const hk_re_inst *inst = hk_re_at(run->re, now->at[t]);
      uint32_t *saved = now->saved + (size_t)t * run->width;
      if (inst->op == HK_RE_MATCH) {
        /* Threads after this one are worse. */
        for (uint32_t k = 0; k < run->width; k++) places[k] = saved[k];
        found = 1;
        break;
      }
      if (at < run->n && hk_re_reads(run->re, inst, c)) hk_re_add(run, next, now->at[t] + 1, at + length, saved);
    }
    if (at >= run->n) break;
    at += length;
    hk_re_threads *swap = now;
    now = next;
    next = swap;
  }
  return found;
}

int32_t hk_regex_test(hk_RegexBox *r, hk_str *s) {
  uint32_t places[HK_RE_GROUPS * 2];
  hk_re_run run;
  hk_re_begin(&run, r, s);
  int found = hk_re_search(&run, 0, places);
  hk_re_finish(&run);
  return found;
}

hk_any hk_regex_find(hk_RegexBox *r, hk_str *s) {
  uint32_t places[HK_RE_GROUPS * 2];
  hk_re_run run;
  hk_re_begin(&run, r, s);
  int found = hk_re_search(&run, 0, places);
  hk_re_finish(&run);
  return found ? hk_ptr(hk_str_view(s, places[0], places[1])) : hk_null();
}

/* Where to look next after a match: past it, and past one character if it was empty. */
static uint32_t hk_re_after(const hk_str *s, const uint32_t *places) {
  if (places[1] > places[0]) return places[1];
  if (places[1] >= s->bytes) return s->bytes + 1;
  uint32_t length;
  hk_decode(s->data + places[1], &length);
  return places[1] + length;
}

hk_arr *hk_regex_find_all(hk_RegexBox *r, hk_str *s) {
  uint32_t places[HK_RE_GROUPS * 2];
  hk_re_run run;
  hk_arr *all = hk_arr_new(HK_KIND_REF, 0);
  hk_re_begin(&run, r, s);
  for (uint32_t at = 0; at <= s->bytes && hk_re_search(&run, at, places); at = hk_re_after(s, places)) {
    hk_arr_push_ref(all, (hk_obj *)hk_str_view(s, places[0], places[1]));
  }
  hk_re_finish(&run);
  return all;
}

/* The group a name or number in `by` means, or HK_RE_NONE. */
static uint32_t hk_re_named(const hk_RegexBox *r, const unsigned char *p, uint32_t n) {
  int64_t number;
  if (hk_parse_i64(p, n, &number)) return number >= 0 && number < (int64_t)r->groups ? (uint32_t)number : HK_RE_NONE;
  for (uint32_t i = 0; i < r->names.n; i += 3) {
    const uint32_t *name = r->names.w + i;
    if (name[2] - name[1] == n && hk_bytes_equal(r->pattern->data + name[1], p, n)) return name[0];
  }
  return HK_RE_NONE;
}

static hk_str *hk_append_part(hk_str *out, const hk_str *s, uint32_t from, uint32_t to) {
  return hk_str_append(out, s->data + from, to - from, hk_points_in(s->data + from, to - from));
}

/* Appends `by` with $1, ${name}, $& and $$ replaced. */
static hk_str *hk_re_expand(hk_str *out, const hk_RegexBox *r, const hk_str *s, const hk_str *by, const uint32_t *places) {
  for (uint32_t i = 0; i < by->bytes;) {
    uint32_t run = i;
    while (run < by->bytes && by->data[run] != '$') run++;
    out = hk_append_part(out, by, i, run);
    if (run == by->bytes) break;
    i = run + 1;
    uint32_t group = HK_RE_NONE;
    uint32_t end = i;
    if (i < by->bytes && by->data[i] == '$') {
      out = hk_str_append(out, "$", 1, 1);
      i++;
      continue;
    }
    if (i < by->bytes && by->data[i] == '&') {
      group = 0;
      end = i + 1;
    } else if (i < by->bytes && by->data[i] == '{') {
      while (end < by->bytes && by->data[end] != '}') end++;
      if (end < by->bytes) {
        group = hk_re_named(r, by->data + i + 1, end - i - 1);
        end++;
      } else {
        end = i;
      }
    } else {
      while (end < by->bytes && end < i + 2 && by->data[end] >= '0' && by->data[end] <= '9') end++;
      if (end > i) group = hk_re_named(r, by->data + i, end - i);
      if (group == HK_RE_NONE && end == i + 2) group = hk_re_named(r, by->data + i, --end - i);
    }
    if (end == i) {
      out = hk_str_append(out, "$", 1, 1);
      continue;
    }
    if (group != HK_RE_NONE && places[group * 2] != HK_RE_NONE && places[group * 2 + 1] != HK_RE_NONE) out = hk_append_part(out, s, places[group * 2], places[group * 2 + 1]);
    i = end;
  }
  return out;
}

hk_str *hk_regex_replace(hk_RegexBox *r, hk_str *s, hk_str *by) {
  uint32_t places[HK_RE_GROUPS * 2];
  hk_re_run run;
  hk_str *out = hk_str_room(s->bytes);
  uint32_t done = 0;
  hk_re_begin(&run, r, s);
  for (uint32_t at = 0; at <= s->bytes && hk_re_search(&run, at, places); at = hk_re_after(s, places)) {
    out = hk_append_part(out, s, done, places[0]);
    out = hk_re_expand(out, r, s, by, places);
    done = places[1];
  }
  hk_re_finish(&run);
  return hk_append_part(out, s, done, s->bytes);
}

hk_arr *hk_regex_split(hk_RegexBox *r, hk_str *s) {
  uint32_t places[HK_RE_GROUPS * 2];
  hk_re_run run;
  hk_arr *parts = hk_arr_new(HK_KIND_REF, 0);
  uint32_t done = 0;
  uint32_t at = 0;
  hk_re_begin(&run, r, s);
  while (at < s->bytes && hk_re_search(&run, at, places) && places[0] < s->bytes) {
    if (places[1] == done) {
      /* An empty match where the last part ended separates nothing. */
      at = hk_re_after(s, places);
      continue;
    }
    hk_arr_push_ref(parts, (hk_obj *)hk_str_view(s, done, places[0]));
    done = at = places[1];
  }
  hk_re_finish(&run);
  hk_arr_push_ref(parts, (hk_obj *)hk_str_view(s, done, s->bytes));
  return parts;
}

hk_str *hk_regex_pattern(hk_RegexBox *r) {
  hk_inc(r->pattern);
  return r->pattern;
}
