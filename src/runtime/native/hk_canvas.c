/*
 * Canvases: boxes whose methods become records for the host, which draws them wherever it can.
 *
 * The one idea: the runtime knows no pixels. A record is a head of 8 bytes (operation, count of numbers, number of the canvas,
 * bytes of text), the numbers as 64-bit floats and the text; `src/canvas/commands.ts` reads them. Records are collected and handed
 * over when 16 KiB are full and whenever output is, so that drawing costs a call of the host rarely and is seen in order with text.
 */
#include "hk.h"

#define HK_CANVAS_MOST 64
#define HK_CANVAS_SIDE 4096

/* The operations that are not a method's own, numbered as `src/canvas/commands.ts` lists them. */
enum { HK_DRAW_CREATE = 1, HK_DRAW_RESIZE = 2 };

struct hk_WebCanvasBox {
  hk_obj head;
  int64_t number;
  int64_t width;
  int64_t height;
  hk_str *name;
};

static void hk_drop_canvas(hk_obj *o) { hk_dec(((hk_WebCanvasBox *)o)->name); }

static hk_str *hk_append_canvas(hk_str *s, hk_obj *o) {
  const hk_WebCanvasBox *c = (hk_WebCanvasBox *)o;
  s = hk_str_append_lit(s, "WebCanvasBox(");
  s = hk_str_append_str(s, c->name);
  s = hk_str_append_lit(s, ", ");
  s = hk_str_append_i64(s, c->width);
  s = hk_str_append_lit(s, "x");
  s = hk_str_append_i64(s, c->height);
  return hk_str_append_lit(s, ")");
}

static void hk_canvas_bytes(const void *bytes, size_t n) {
  const unsigned char *from = bytes;
  while (n > 0) {
    if (hk_s.canvas_length == HK_CANVAS_SIZE) hk_canvas_flush();
    size_t room = HK_CANVAS_SIZE - hk_s.canvas_length;
    size_t part = n < room ? n : room;
    hk_copy(hk_s.canvas + hk_s.canvas_length, from, part);
    hk_s.canvas_length += (uint32_t)part;
    from += part;
    n -= part;
  }
}

static void hk_record(const hk_WebCanvasBox *c, int64_t operation, const double *numbers, uint32_t count, const hk_str *text) {
  uint32_t bytes = text == NULL ? 0 : text->bytes;
  unsigned char head[8] = {(unsigned char)operation, (unsigned char)count, (unsigned char)c->number, 0, (unsigned char)bytes, (unsigned char)(bytes >> 8), (unsigned char)(bytes >> 16), (unsigned char)(bytes >> 24)};
  /* A record of numbers is handed over whole. */
  if (HK_CANVAS_SIZE - hk_s.canvas_length < sizeof head + count * sizeof(double)) hk_canvas_flush();
  hk_canvas_bytes(head, sizeof head);
  if (count > 0) hk_canvas_bytes(numbers, count * sizeof(double));
  if (bytes > 0) hk_canvas_bytes(text->data, bytes);
}

static int hk_canvas_fits(int64_t width, int64_t height) {
  if (width >= 1 && width <= HK_CANVAS_SIDE && height >= 1 && height <= HK_CANVAS_SIDE) return 1;
  hk_fail(HK_E_INDEX_ERROR, "canvas of %d x %d pixels: each side has 1..%d", width, height, (int64_t)HK_CANVAS_SIDE);
  return 0;
}

static void hk_draw_size(hk_WebCanvasBox *c, int64_t operation, const hk_str *name) {
  double size[2] = {(double)c->width, (double)c->height};
  hk_record(c, operation, size, 2, name);
}

hk_WebCanvasBox *hk_canvas_new(hk_str *name, int64_t width, int64_t height) {
  if (hk_host_canvas(NULL, 0) == 0) {
    hk_fail(HK_E_UNSUPPORTED, "WebCanvasBox has nothing to draw on here: the page has a canvas, and so has `hako run --canvas=FILE.png`");
    return NULL;
  }
  if (!hk_canvas_fits(width, height)) return NULL;
  if (hk_s.canvases == HK_CANVAS_MOST) {
    hk_fail(HK_E_UNSUPPORTED, "a program has at most %d canvases", (int64_t)HK_CANVAS_MOST);
    return NULL;
  }
  hk_WebCanvasBox *c = hk_object(HK_C_WEB_CANVAS_BOX, sizeof(hk_WebCanvasBox));
  c->number = hk_s.canvases++;
  c->width = width;
  c->height = height;
  hk_inc(name);
  c->name = name;
  hk_draw_size(c, HK_DRAW_CREATE, name);
  return c;
}

int64_t hk_canvas_width(hk_WebCanvasBox *c) { return c->width; }

int64_t hk_canvas_height(hk_WebCanvasBox *c) { return c->height; }

void hk_canvas_resize(hk_WebCanvasBox *c, int64_t width, int64_t height) {
  if (!hk_canvas_fits(width, height)) return;
  c->width = width;
  c->height = height;
  hk_draw_size(c, HK_DRAW_RESIZE, NULL);
}

void hk_canvas_draw0(int64_t operation, hk_WebCanvasBox *c) { hk_record(c, operation, NULL, 0, NULL); }

void hk_canvas_draw1(int64_t operation, hk_WebCanvasBox *c, double a) { hk_record(c, operation, &a, 1, NULL); }

void hk_canvas_draw2(int64_t operation, hk_WebCanvasBox *c, double x, double y) {
  double numbers[2] = {x, y};
  hk_record(c, operation, numbers, 2, NULL);
}

void hk_canvas_draw4(int64_t operation, hk_WebCanvasBox *c, double x, double y, double width, double height) {
  double numbers[4] = {x, y, width, height};
  hk_record(c, operation, numbers, 4, NULL);
}

void hk_canvas_draw5(int64_t operation, hk_WebCanvasBox *c, double x, double y, double radius, double from, double to) {
  double numbers[5] = {x, y, radius, from, to};
  hk_record(c, operation, numbers, 5, NULL);
}

void hk_canvas_text(int64_t operation, hk_WebCanvasBox *c, hk_str *text) { hk_record(c, operation, NULL, 0, text); }

void hk_canvas_text_at(int64_t operation, hk_WebCanvasBox *c, hk_str *text, double x, double y) {
  double numbers[2] = {x, y};
  hk_record(c, operation, numbers, 2, text);
}
