/*
 * Mathematics. The functions are those of the C library that is linked in: musl's give the same bits on every target, except for
 * the natural logarithm, which is computed here.
 */
#include "hk.h"

double sin(double);
double cos(double);
double tan(double);
double asin(double);
double acos(double);
double atan(double);
double atan2(double, double);
double exp(double);
double log10(double);
double pow(double, double);
double fmod(double, double);

/*
 * Natural logarithm of a positive number: x = 2^k * (1 + f) with 1 + f between sqrt(1/2) and sqrt(2); with s = f / (2 + f),
 * log(1 + f) = 2 * (s + s^3/3 + s^5/5 + ...). Written around f - f*f/2 so that the error stays below one unit in the last place.
 */
static double hk_log(double x) {
  static const double ln2_high = 6.93147180369123816490e-01; /* ln 2 with 32 zero bits at the end */
  static const double ln2_low = 1.90821492927058770002e-10;
  uint64_t bits;
  int k = 0;
  if (x != x || x == __builtin_inf()) return x;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984.0;
    k = -54;
  }
  __builtin_memcpy(&bits, &x, 8);
  k += (int)(bits >> 52) - 1023;
  uint64_t fraction = bits & 0xfffffffffffffu;
  int above = fraction >= 0x6a09e667f3bcdu;
  k += above;
  bits = fraction | (uint64_t)(above ? 1022 : 1023) << 52;
  double m;
  __builtin_memcpy(&m, &bits, 8);
  double f = m - 1.0;
  double s = f / (2.0 + f);
  double z = s * s;
  double sum = 0.0;
  for (int n = 25; n >= 3; n -= 2) sum = z * (2.0 / n + sum);
  double half = 0.5 * f * f;
  double high = (double)k * ln2_high;
  return high - ((half - (s * (half + sum) + (double)k * ln2_low)) - f);
}

double hk_f64_rem(double a, double b) { return fmod(a, b); }

int64_t hk_i64_abs(int64_t a) { return a < 0 ? (int64_t)(0 - (uint64_t)a) : a; }
int64_t hk_i64_min(int64_t a, int64_t b) { return a < b ? a : b; }
int64_t hk_i64_max(int64_t a, int64_t b) { return a > b ? a : b; }
double hk_f64_min(double a, double b) { return a != a ? b : b < a ? b : a; }
double hk_f64_max(double a, double b) { return a != a ? b : b > a ? b : a; }
double hk_i64_to_f64(int64_t a) { return (double)a; }
int64_t hk_f64_to_i64(double a) { return hk_saturate(a); }
int64_t hk_f64_floor_i64(double a) { return hk_saturate(__builtin_floor(a)); }
int64_t hk_f64_ceil_i64(double a) { return hk_saturate(__builtin_ceil(a)); }

int64_t hk_f64_round_i64(double a) {
  double whole = __builtin_trunc(a);
  double rest = a - whole;
  if (rest >= 0.5) whole += 1.0;
  if (rest <= -0.5) whole -= 1.0;
  return hk_saturate(whole);
}

double hk_f64_abs(double a) { return __builtin_fabs(a); }
int32_t hk_f64_is_nan(double a) { return a != a; }
int32_t hk_f64_is_infinite(double a) { return __builtin_fabs(a) == __builtin_inf(); }
int32_t hk_f64_is_finite(double a) { return __builtin_fabs(a) < __builtin_inf(); }
int32_t hk_bool_not(int32_t a) { return !a; }
int32_t hk_bool_and(int32_t a, int32_t b) { return a && b; }
int32_t hk_bool_or(int32_t a, int32_t b) { return a || b; }

hk_any hk_i64_pow(int64_t a, int64_t b) {
  if (b < 0) return hk_float(pow((double)a, (double)b));
  uint64_t result = 1;
  uint64_t base = (uint64_t)a;
  for (uint64_t e = (uint64_t)b; e != 0; e >>= 1) {
    if (e & 1) result *= base;
    base *= base;
  }
  return hk_int((int64_t)result);
}

static int hk_two_numbers(hk_any a, hk_any b) {
  if (!hk_is_number(a)) {
    hk_expected("Integer or Float", a);
  } else if (!hk_is_number(b)) {
    hk_expected("Integer or Float", b);
  } else {
    return 1;
  }
  return 0;
}

hk_any hk_math_abs(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  if (hk_is_int(a)) return hk_int(hk_i64_abs(a.bits));
  if (hk_is_float(a)) return hk_float(hk_f64_abs(hk_as_float(a)));
  hk_expected("Integer or Float", a);
  return hk_err();
}

hk_any hk_math_min(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) {
  hk_any a = HK_A(a);
  hk_any b = HK_A(b);
  if (hk_is_int(a) && hk_is_int(b)) return hk_int(hk_i64_min(a.bits, b.bits));
  if (!hk_two_numbers(a, b)) return hk_err();
  return hk_float(hk_f64_min(hk_number(a), hk_number(b)));
}

hk_any hk_math_max(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) {
  hk_any a = HK_A(a);
  hk_any b = HK_A(b);
  if (hk_is_int(a) && hk_is_int(b)) return hk_int(hk_i64_max(a.bits, b.bits));
  if (!hk_two_numbers(a, b)) return hk_err();
  return hk_float(hk_f64_max(hk_number(a), hk_number(b)));
}

hk_any hk_math_clamp(int64_t a_t, int64_t a_v, int64_t lo_t, int64_t lo_v, int64_t hi_t, int64_t hi_v) {
  hk_any a = hk_math_max(a_t, a_v, lo_t, lo_v);
  return hk_is_err(a) ? a : hk_math_min(HK_SPLIT(a), hi_t, hi_v);
}

#define HK_ROUNDING(name, part)                                  \
  int64_t name(int64_t a_t, int64_t a_v) {                       \
    if (a_t == HK_TAG_INT) return a_v;                           \
    if (a_t == HK_TAG_FLOAT) return part(hk_as_float(HK_A(a)));  \
    hk_expected("Integer or Float", HK_A(a));                    \
    return 0;                                                    \
  }
HK_ROUNDING(hk_math_floor, hk_f64_floor_i64)
HK_ROUNDING(hk_math_ceil, hk_f64_ceil_i64)
HK_ROUNDING(hk_math_round, hk_f64_round_i64)

double hk_math_pow(double a, double b) { return pow(a, b); }

double hk_math_sqrt(double a) {
  if (a < 0.0) hk_fail(HK_E_TYPE_ERROR, "sqrt() of negative number");
  return __builtin_sqrt(a);
}

double hk_math_log(double a) {
  if (a <= 0.0) {
    hk_fail(HK_E_TYPE_ERROR, "log() of non-positive number");
    return 0.0;
  }
  return hk_log(a);
}

double hk_math_log10(double a) {
  if (a <= 0.0) {
    hk_fail(HK_E_TYPE_ERROR, "log10() of non-positive number");
    return 0.0;
  }
  return log10(a);
}

double hk_math_exp(double a) { return exp(a); }
double hk_math_sin(double a) { return sin(a); }
double hk_math_cos(double a) { return cos(a); }
double hk_math_tan(double a) { return tan(a); }

double hk_math_asin(double a) {
  if (a < -1.0 || a > 1.0) {
    hk_fail(HK_E_TYPE_ERROR, "asin() of a number outside -1..1");
    return 0.0;
  }
  return asin(a);
}

double hk_math_acos(double a) {
  if (a < -1.0 || a > 1.0) {
    hk_fail(HK_E_TYPE_ERROR, "acos() of a number outside -1..1");
    return 0.0;
  }
  return acos(a);
}

double hk_math_atan(double a) { return atan(a); }
double hk_math_atan2(double y, double x) { return atan2(y, x); }
double hk_math_pi(void) { return 3.14159265358979323846; }
double hk_math_e(void) { return 2.71828182845904523536; }

int64_t hk_math_gcd(int64_t a, int64_t b) {
  uint64_t x = (uint64_t)hk_i64_abs(a);
  uint64_t y = (uint64_t)hk_i64_abs(b);
  while (y != 0) {
    uint64_t rest = x % y;
    x = y;
    y = rest;
  }
  return (int64_t)x;
}

/* Random numbers: a linear congruence, as the language prescribes. */

struct hk_RandomBox {
  hk_obj head;
  uint64_t state;
};

static uint64_t hk_draw(uint64_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state;
}

static double hk_unit(uint64_t s) { return (double)s / 18446744073709551615.0; }

double hk_math_random(void) {
  if (!hk_s.random_seeded) {
    hk_s.random_seeded = 1;
    hk_s.random = (uint64_t)hk_host_seed();
  }
  return hk_unit(hk_draw(&hk_s.random));
}

hk_RandomBox *hk_random_new(void) {
  hk_RandomBox *r = hk_object(HK_C_RANDOM_BOX, sizeof(hk_RandomBox));
  r->state = (uint64_t)hk_host_seed();
  return r;
}

void hk_random_seed(hk_RandomBox *r, int64_t n) { r->state = (uint64_t)n; }

double hk_random_float(hk_RandomBox *r) { return hk_unit(hk_draw(&r->state)); }

int64_t hk_random_int(hk_RandomBox *r, int64_t a, int64_t b) {
  if (a > b) {
    hk_fail(HK_E_TYPE_ERROR, "randInt() needs min <= max");
    return 0;
  }
  uint64_t range = (uint64_t)b - (uint64_t)a + 1;
  uint64_t s = hk_draw(&r->state);
  return (int64_t)((uint64_t)a + (range == 0 ? s : s % range));
}

int32_t hk_random_bool(hk_RandomBox *r) { return (hk_draw(&r->state) & 1) == 0; }

hk_any hk_random_choice(hk_RandomBox *r, hk_arr *a) {
  if (a->length == 0) {
    hk_fail(HK_E_INDEX_ERROR, "choice() of an empty array");
    return hk_err();
  }
  return hk_kept(hk_arr_at(a, (uint32_t)(hk_draw(&r->state) % a->length)));
}

hk_arr *hk_random_shuffle(hk_RandomBox *r, hk_arr *a) {
  hk_arr *rest = hk_arr_copy(a);
  hk_arr *out = hk_arr_new(a->kind, a->length);
  while (rest->length > 0) hk_arr_add(out, hk_arr_remove(rest, (int64_t)(hk_draw(&r->state) % rest->length)));
  hk_dec(rest);
  return out;
}

hk_str *hk_random_string(hk_RandomBox *r, int64_t n) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  if (n < 0) {
    hk_fail(HK_E_TYPE_ERROR, "randString() needs a length of at least 0");
    return NULL;
  }
  if (n > (int64_t)HK_MAX_SIZE - 64) hk_out_of_memory();
  hk_str *s = hk_str_room((size_t)n);
  for (int64_t i = 0; i < n; i++) s->data[i] = (unsigned char)letters[hk_draw(&r->state) % 62];
  s->bytes = s->points = (uint32_t)n;
  return s;
}

int32_t hk_random_probability(hk_RandomBox *r, double p) { return hk_random_float(r) < p; }
