#include "twin.h"
VECTOR(chars, char)

static void append(chars *text, const char *piece) {
  size_t length = strlen(piece);
  if (text->length + length > text->capacity) {
    text->capacity = 2 * (text->length + length);
    text->data = realloc(text->data, text->capacity);
  }
  memcpy(text->data + text->length, piece, length);
  text->length += length;
}

static void kernel(void) {
  int64_t n = hide(1000000), words = 0;
  chars text = {0};
  for (int64_t i = 0; i < n; i++) {
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)(i % 1000));
    append(&text, "n");
    append(&text, digits);
  }
  printf("%zu\n", text.length);
  for (size_t i = 0; i < text.length; i++) words += text.data[i] == 'n';
  printf("%lld\n", (long long)words);
  free(text.data);
}
