/*
 * Numbers as text: shortest digits that read back the same, correctly rounded reading.
 *
 * The one idea: common numbers go through exact arithmetic of doubles (integers below 2^53 and one power of ten up to 10^22);
 * all others through exact arithmetic of big integers. Neither ever guesses.
 */
#include "hk.h"

/* A natural number: n words of 32 bits, the least first. */
#define HK_BIG_WORDS 300
typedef struct hk_big {
  int n;
  uint32_t w[HK_BIG_WORDS];
} hk_big;

static void hk_big_set(hk_big *a, uint64_t v) {
  a->n = 0;
  while (v != 0) {
    a->w[a->n++] = (uint32_t)v;
    v >>= 32;
  }
}

/* a = a * m + c */
static void hk_big_scale(hk_big *a, uint32_t m, uint32_t c) {
  uint64_t carry = c;
  for (int i = 0; i < a->n; i++) {
    carry += (uint64_t)a->w[i] * m;
    a->w[i] = (uint32_t)carry;
    carry >>= 32;
  }
  if (carry != 0) {
    HK_CHECK(a->n < HK_BIG_WORDS);
    a->w[a->n++] = (uint32_t)carry;
  }
}

static void hk_big_pow10(hk_big *a, int e) {
  for (; e >= 9; e -= 9) hk_big_scale(a, 1000000000u, 0);
  uint32_t m = 1;
  for (; e > 0; e--) m *= 10;
  if (m != 1) hk_big_scale(a, m, 0);
}

static void hk_big_shift(hk_big *a, int bits) {
  int words = bits / 32;
  int rest = bits % 32;
  if (a->n == 0) return;
  HK_CHECK(a->n + words + 1 <= HK_BIG_WORDS);
  uint32_t high = rest == 0 ? 0 : a->w[a->n - 1] >> (32 - rest);
  for (int i = a->n - 1; i >= 0; i--) {
    uint32_t low = rest == 0 || i == 0 ? 0 : a->w[i - 1] >> (32 - rest);
    a->w[i + words] = rest == 0 ? a->w[i] : (a->w[i] << rest) | low;
  }
  for (int i = 0; i < words; i++) a->w[i] = 0;
  a->n += words;
  if (high != 0) a->w[a->n++] = high;
}

static int hk_big_compare(const hk_big *a, const hk_big *b) {
  if (a->n != b->n) return a->n < b->n ? -1 : 1;
  for (int i = a->n - 1; i >= 0; i--) {
    if (a->w[i] != b->w[i]) return a->w[i] < b->w[i] ? -1 : 1;
  }
  return 0;
}

/* Compares a + b with c. */
static int hk_big_compare_sum(const hk_big *a, const hk_big *b, const hk_big *c, hk_big *sum) {
  int n = a->n > b->n ? a->n : b->n;
  uint64_t carry = 0;
  for (int i = 0; i < n; i++) {
    carry += (uint64_t)(i < a->n ? a->w[i] : 0) + (i < b->n ? b->w[i] : 0);
    sum->w[i] = (uint32_t)carry;
    carry >>= 32;
  }
  sum->n = n;
  if (carry != 0) sum->w[sum->n++] = (uint32_t)carry;
  return hk_big_compare(sum, c);
}

/* a = a - b, where a >= b */
static void hk_big_subtract(hk_big *a, const hk_big *b) {
  uint64_t borrow = 0;
  for (int i = 0; i < a->n; i++) {
    uint64_t take = (i < b->n ? b->w[i] : 0) + borrow;
    borrow = a->w[i] < take;
    a->w[i] = (uint32_t)(a->w[i] - take);
  }
  while (a->n > 0 && a->w[a->n - 1] == 0) a->n--;
}

static int hk_big_bits(const hk_big *a) { return a->n == 0 ? 0 : a->n * 32 - __builtin_clz(a->w[a->n - 1]); }

static size_t hk_format_u64(char *to, uint64_t u) {
  char digits[20];
  size_t n = 0;
  while (u > 0xffffffffu) {
    digits[n++] = (char)('0' + u % 10);
    u /= 10;
  }
  uint32_t small = (uint32_t)u;
  do {
    digits[n++] = (char)('0' + small % 10);
    small /= 10;
  } while (small != 0);
  for (size_t i = 0; i < n; i++) to[i] = digits[n - 1 - i];
  return n;
}

static size_t hk_format_i64(char *to, int64_t i) {
  if (i >= 0) return hk_format_u64(to, (uint64_t)i);
  *to = '-';
  return 1 + hk_format_u64(to + 1, 0 - (uint64_t)i);
}

static const double hk_powers[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                     1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/*
 * Shortest digits of a positive double, by exact arithmetic: the number is r/s, half its distances to the neighbours are low/s and
 * high/s. *point is where the decimal point stands: 0.DIGITS * 10^point.
 */
static HK_COLD int hk_digits(uint64_t bits, char *digits, int *point) {
  static hk_big r, s, low, high, sum;
  uint64_t fraction = bits & 0xfffffffffffffu;
  int exponent = (int)(bits >> 52);
  uint64_t f = exponent == 0 ? fraction : fraction | 0x10000000000000u;
  int e = exponent == 0 ? -1074 : exponent - 1075;
  int even = (f & 1) == 0;
  /* Below a power of two the neighbour is half as far. */
  int wide = fraction == 0 && exponent > 1;
  hk_big_set(&r, f);
  hk_big_set(&s, 1);
  hk_big_set(&low, 1);
  hk_big_set(&high, 1);
  hk_big_shift(&r, 1 + wide + (e > 0 ? e : 0));
  hk_big_shift(&s, 1 + wide + (e < 0 ? -e : 0));
  if (e > 0) hk_big_shift(&low, e);
  if (e > 0 || wide) hk_big_shift(&high, (e > 0 ? e : 0) + wide);
  /* An estimate of the decimal exponent that is right or one too small. */
  int binary = 64 - __builtin_clzll(f) + e - 1;
  int k = (int)(((int64_t)binary * 1262611) >> 22) + 1;
  if (k > 0) {
    hk_big_pow10(&s, k);
  } else {
    hk_big_pow10(&r, -k);
    hk_big_pow10(&low, -k);
    hk_big_pow10(&high, -k);
  }
  int c = hk_big_compare_sum(&r, &high, &s, &sum);
  if (even ? c >= 0 : c > 0) {
    k++;
  } else {
    hk_big_scale(&r, 10, 0);
    hk_big_scale(&low, 10, 0);
    hk_big_scale(&high, 10, 0);
  }
  *point = k;
  int n = 0;
  for (;;) {
    int digit = 0;
    while (hk_big_compare(&r, &s) >= 0) {
      hk_big_subtract(&r, &s);
      digit++;
    }
    int below = hk_big_compare(&r, &low);
    int above = hk_big_compare_sum(&r, &high, &s, &sum);
    int stop_low = even ? below <= 0 : below < 0;
    int stop_high = even ? above >= 0 : above > 0;
    if (!stop_low && !stop_high) {
      digits[n++] = (char)('0' + digit);
      hk_big_scale(&r, 10, 0);
      hk_big_scale(&low, 10, 0);
      hk_big_scale(&high, 10, 0);
      continue;
    }
    int up = stop_high;
    if (stop_low && stop_high) {
      /* Both candidates read back the same: the closer one, or the even one. */
      int half = hk_big_compare_sum(&r, &r, &s, &sum);
      up = half > 0 || (half == 0 && (digit & 1) != 0);
    }
    digits[n++] = (char)('0' + digit + up);
    return n;
  }
}

static size_t hk_format_f64(char *to, double f) {
  uint64_t bits;
  __builtin_memcpy(&bits, &f, 8);
  char *start = to;
  if (f != f) {
    hk_copy(to, "NaN", 3);
    return 3;
  }
  if (bits >> 63) {
    *to++ = '-';
    f = -f;
    bits &= 0x7fffffffffffffffu;
  }
  if (bits == 0x7ff0000000000000u) {
    hk_copy(to, "inf", 3);
    return (size_t)(to - start) + 3;
  }
  if (f < 9007199254740992.0 && (double)(uint64_t)f == f) return (size_t)(to - start) + hk_format_u64(to, (uint64_t)f);
  char digits[24];
  int n = 0;
  int point = 0;
  if (f >= 1e-5 && f < 1e15) {
    /* m / 10^k is exactly one rounding; if it gives f, then m's digits are the shortest. */
    for (int k = 1; k <= 22; k++) {
      double scaled = f * hk_powers[k];
      if (scaled >= 9007199254740992.0 || scaled >= 1e15) break;
      uint64_t m = (uint64_t)(scaled + 0.5);
      if ((double)m / hk_powers[k] != f) continue;
      n = (int)hk_format_u64(digits, m);
      point = n - k;
      break;
    }
  }
  if (n == 0) n = hk_digits(bits, digits, &point);
  while (n > 1 && digits[n - 1] == '0') n--;
  if (point <= 0) {
    *to++ = '0';
    *to++ = '.';
    for (int i = point; i < 0; i++) *to++ = '0';
    for (int i = 0; i < n; i++) *to++ = digits[i];
  } else {
    for (int i = 0; i < n || i < point; i++) {
      if (i == point) *to++ = '.';
      *to++ = i < n ? digits[i] : '0';
    }
  }
  return (size_t)(to - start);
}

static int hk_parse_i64(const unsigned char *p, size_t n, int64_t *result) {
  size_t i = 0;
  int negative = 0;
  if (n > 0 && (p[0] == '-' || p[0] == '+')) negative = p[i++] == '-';
  if (i == n) return 0;
  uint64_t v = 0;
  uint64_t limit = (uint64_t)INT64_MAX + (uint64_t)negative;
  for (; i < n; i++) {
    if (p[i] < '0' || p[i] > '9') return 0;
    uint64_t digit = (uint64_t)(p[i] - '0');
    if (v > (limit - digit) / 10) return 0;
    v = v * 10 + digit;
  }
  *result = (int64_t)(negative ? 0 - v : v);
  return 1;
}

/* digits * 10^exponent, exactly rounded; `more` says that non-zero digits were left out. */
static HK_COLD double hk_round_decimal(const unsigned char *digits, int n, int exponent, int more) {
  static hk_big a, b;
  if (n + exponent > 310) return __builtin_inf();
  if (n + exponent < -326) return 0.0;
  hk_big_set(&a, 0);
  for (int i = 0; i < n; i++) {
    if (a.n == 0) {
      hk_big_set(&a, (uint64_t)(digits[i] - '0'));
    } else {
      hk_big_scale(&a, 10, (uint32_t)(digits[i] - '0'));
    }
  }
  if (more) {
    hk_big_scale(&a, 10, 1);
    exponent--;
  }
  if (a.n == 0) return 0.0;
  hk_big_set(&b, 1);
  if (exponent > 0) {
    hk_big_pow10(&a, exponent);
  } else {
    hk_big_pow10(&b, -exponent);
  }
  /* Scale so that 1/2 <= a/b < 1; the value is a/b * 2^binary. */
  int binary = hk_big_bits(&a) - hk_big_bits(&b);
  if (binary < 0) {
    hk_big_shift(&a, -binary);
  } else {
    hk_big_shift(&b, binary);
  }
  if (hk_big_compare(&a, &b) >= 0) {
    hk_big_shift(&b, 1);
    binary++;
  }
  /* How many bits of the significand there are: fewer for very small numbers. */
  int wanted = binary < -1021 ? 53 - (-1021 - binary) : 53;
  if (wanted < 0) return 0.0;
  uint64_t q = 0;
  for (int i = 0; i < wanted; i++) {
    hk_big_shift(&a, 1);
    q <<= 1;
    if (hk_big_compare(&a, &b) >= 0) {
      hk_big_subtract(&a, &b);
      q |= 1;
    }
  }
  hk_big_shift(&a, 1);
  int half = hk_big_compare(&a, &b);
  if (half > 0 || (half == 0 && (q & 1) != 0)) q++;
  uint64_t bits;
  if (wanted < 53) {
    /* A carry into bit 52 makes it the smallest normal number, as it should. */
    bits = q;
  } else {
    if (q == (uint64_t)1 << 53) {
      q >>= 1;
      binary++;
    }
    if (binary > 1024) return __builtin_inf();
    bits = (q & 0xfffffffffffffu) | ((uint64_t)(binary + 1022) << 52);
  }
  double f;
  __builtin_memcpy(&f, &bits, 8);
  return f;
}

#define HK_MAX_DIGITS 800

static int hk_parse_f64(const unsigned char *p, size_t n, double *result) {
  static unsigned char digits[HK_MAX_DIGITS];
  size_t i = 0;
  int negative = 0;
  if (n > 0 && (p[0] == '-' || p[0] == '+')) negative = p[i++] == '-';
  int count = 0;
  int seen = 0;
  int more = 0;
  int64_t exponent = 0;
  int fraction = 0;
  uint64_t value = 0;
  for (; i < n; i++) {
    if (p[i] == '.' && !fraction) {
      fraction = 1;
      continue;
    }
    if (p[i] < '0' || p[i] > '9') break;
    seen = 1;
    if (fraction) exponent--;
    if (count == 0 && p[i] == '0') continue;
    if (count < HK_MAX_DIGITS) {
      if (count < 19) value = value * 10 + (uint64_t)(p[i] - '0');
      digits[count++] = p[i];
    } else {
      exponent++;
      if (p[i] != '0') more = 1;
    }
  }
  if (!seen) return 0;
  if (i < n && (p[i] == 'e' || p[i] == 'E')) {
    i++;
    int down = 0;
    if (i < n && (p[i] == '-' || p[i] == '+')) down = p[i++] == '-';
    if (i == n) return 0;
    int64_t e = 0;
    for (; i < n && p[i] >= '0' && p[i] <= '9'; i++) {
      if (e < 100000000) e = e * 10 + (p[i] - '0');
    }
    exponent += down ? -e : e;
  }
  if (i != n) return 0;
  double f;
  if (count == 0) {
    f = 0.0;
  } else if (count <= 15 && exponent >= -22 && exponent <= 22) {
    f = exponent < 0 ? (double)value / hk_powers[-exponent] : (double)value * hk_powers[exponent];
  } else {
    /* An exponent far out of range decides alone. */
    int e = exponent > 100000 ? 100000 : exponent < -100000 ? -100000 : (int)exponent;
    f = hk_round_decimal(digits, count, e, more);
  }
  *result = negative ? -f : f;
  return 1;
}

static int64_t hk_saturate(double f) {
  if (f != f) return 0;
  if (f >= 9223372036854775808.0) return INT64_MAX;
  if (f <= -9223372036854775808.0) return INT64_MIN;
  return (int64_t)f;
}
