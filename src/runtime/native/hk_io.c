/*
 * Output, input, the clock, start and end.
 *
 * The one idea: stdout is collected and written when 64 KiB are full, before anything goes to stderr or is read, and at the end, so
 * that what a user sees is in order. The first 64 KiB go line by line, so that a short output is seen even if the program then
 * computes without end; a longer one goes in blocks, since handing over costs, but no line that takes its time waits for the next block.
 */
#include "hk.h"

/* Milliseconds that a line of a long output may wait for the rest of its block. */
#define HK_BLOCK_TIME 16

void hk_init(void *classes, int32_t count) {
  hk_s.classes = classes;
  hk_s.class_count = (uint32_t)count;
  hk_plan_classes();
  hk_str_start();
}

/* Hands over what has been drawn. */
static void hk_canvas_flush(void) {
  if (hk_s.canvas_length == 0) return;
  uint32_t n = hk_s.canvas_length;
  hk_s.canvas_length = 0;
  hk_host_canvas(hk_s.canvas, (int32_t)n);
}

void hk_flush(void) {
  hk_canvas_flush();
  if (hk_s.out_length == 0) return;
  uint32_t n = hk_s.out_length;
  hk_s.out_length = 0;
  if (hk_s.out_handed < HK_LINES_SIZE) hk_s.out_handed += n;
  hk_host_write(1, hk_s.out, (int32_t)n);
}

static void hk_out(const void *bytes, size_t n) {
  if (n > HK_OUT_SIZE - hk_s.out_length) {
    hk_flush();
    if (n >= HK_OUT_SIZE) {
      hk_host_write(1, (void *)(uintptr_t)bytes, (int32_t)n);
      return;
    }
  }
  hk_copy(hk_s.out + hk_s.out_length, bytes, n);
  hk_s.out_length += (uint32_t)n;
}

static void hk_out_end(void) {
  if (hk_s.out_length == HK_OUT_SIZE) hk_flush();
  hk_s.out[hk_s.out_length++] = '\n';
  if (hk_s.out_handed >= HK_LINES_SIZE) {
    double now = hk_host_now();
    if (now - hk_s.out_at < HK_BLOCK_TIME) return;
    hk_s.out_at = now;
  }
  hk_flush();
}

void hk_print_str(hk_str *s) {
  hk_out(s->data, s->bytes);
  hk_out_end();
}

void hk_print_i64(int64_t a) {
  char digits[HK_I64_ROOM];
  hk_out(digits, hk_format_i64(digits, a));
  hk_out_end();
}

void hk_print_f64(double a) {
  char digits[HK_F64_ROOM];
  hk_out(digits, hk_format_f64(digits, a));
  hk_out_end();
}

void hk_print_line(void) { hk_out_end(); }

void hk_write(int64_t a_t, int64_t a_v) {
  hk_str *s = hk_text(a_t, a_v);
  if (s == NULL) return;
  hk_out(s->data, s->bytes);
  hk_dec(s);
}

void hk_print(int64_t a_t, int64_t a_v) {
  hk_str *s = hk_text(a_t, a_v);
  if (s == NULL) return;
  hk_print_str(s);
  hk_dec(s);
}

HK_STATIC_STR(hk_space, " ")

void hk_print_all(hk_arr *a) {
  hk_str *s = hk_arr_join(a, hk_space());
  if (s == NULL) return;
  hk_print_str(s);
  hk_dec(s);
}

static void hk_eprint_str(HK_OWN hk_str *s) {
  hk_flush();
  s = hk_str_append(s, "\n", 1, 1);
  hk_host_write(2, s->data, (int32_t)s->bytes);
  hk_dec(s);
}

void hk_eprint(int64_t a_t, int64_t a_v) {
  hk_str *s = hk_text(a_t, a_v);
  if (s != NULL) hk_eprint_str(s);
}

void hk_eprint_line(void) { hk_eprint_str(hk_str_empty()); }

void hk_error_print(int64_t a_t, int64_t a_v) {
  hk_str *s = hk_str_lit("Error: ");
  if (hk_append_text(&s, HK_A(a))) {
    hk_eprint_str(s);
  } else {
    hk_dec(s);
  }
}

void *hk_host_buffer(int32_t size) {
  hk_s.input_size = size < 1 ? 1 : (uint32_t)size;
  hk_s.input = hk_mem_take(hk_s.input_size);
  return hk_s.input;
}

/* The text of n bytes that the host has written through hk_host_buffer; null if n is negative. */
static hk_any hk_text_from_host(int32_t n) {
  hk_any text = hk_null();
  if (n >= 0) text = hk_ptr(hk_s.input == NULL ? hk_str_empty() : hk_str_from_outside(hk_s.input, (size_t)n));
  if (hk_s.input != NULL) hk_mem_give(hk_s.input, hk_s.input_size);
  hk_s.input = NULL;
  return text;
}

hk_any hk_read_line(void) {
  hk_flush();
  return hk_text_from_host(hk_host_read_line());
}

hk_arr *hk_arguments(void) {
  hk_arr *all = hk_arr_new(HK_KIND_REF, 0);
  for (int32_t i = 0;; i++) {
    hk_any text = hk_text_from_host(hk_host_argument(i));
    if (text.tag == HK_TAG_NULL) return all;
    hk_arr_push(all, HK_SPLIT(text));
  }
}

void hk_console_clear(void) {
  hk_flush();
  hk_host_clear();
}

void hk_nothing(void) {}

hk_any hk_env_get(int64_t name_t, int64_t name_v) {
  (void)name_t;
  (void)name_v;
  return hk_null();
}

void hk_exit(int64_t code_t, int64_t code_v) {
  if (code_t != HK_TAG_INT && code_t != HK_TAG_BOOL) {
    hk_any code = HK_A(code);
    hk_fail(HK_E_TYPE_ERROR, "exit() needs an Integer, got %t", &code);
    return;
  }
  hk_flush();
  hk_host_exit((int32_t)code_v);
}

int32_t hk_finish(int64_t value_t, int64_t value_v) {
  int32_t code = value_t == HK_TAG_INT || value_t == HK_TAG_BOOL ? (int32_t)value_v : 0;
  hk_dec_any(HK_A(value));
  hk_drop_files();
  hk_flush();
  return code;
}
