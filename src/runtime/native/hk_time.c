/*
 * Time: the clock, instants in UTC, stop watches.
 *
 * The one idea: `sleep` moves the program's own clock on instead of waiting, so a program sees the time it asked for and the page
 * stays responsive. Calendar arithmetic counts days from 1 March of year 0, which puts the leap day last.
 */
#include "hk.h"

struct hk_DateTimeBox {
  hk_obj head;
  int64_t ms;
};

struct hk_TimerBox {
  hk_obj head;
  int64_t start;
};

int64_t hk_now(void) { return hk_saturate(hk_host_now()) + hk_s.slept; }

void hk_time_sleep(double ms) {
  if (ms > 0) hk_s.slept = (int64_t)((uint64_t)hk_s.slept + (uint64_t)hk_saturate(ms));
}

static hk_DateTimeBox *hk_date_make(int64_t ms) {
  hk_DateTimeBox *d = hk_object(HK_C_DATE_TIME_BOX, sizeof(hk_DateTimeBox));
  d->ms = ms;
  return d;
}

hk_DateTimeBox *hk_time_date_time(void) { return hk_date_make(hk_now()); }

hk_DateTimeBox *hk_time_from(double seconds) { return hk_date_make(hk_saturate(__builtin_floor(seconds * 1000.0))); }

static int64_t hk_floor_div(int64_t a, int64_t b) {
  int64_t q = a / b;
  return a % b < 0 ? q - 1 : q;
}

typedef struct hk_calendar {
  int64_t year, month, day, hour, minute, second, ms;
} hk_calendar;

static hk_calendar hk_calendar_of(int64_t ms) {
  hk_calendar c;
  int64_t days = hk_floor_div(ms, 86400000);
  int64_t rest = ms - days * 86400000;
  c.hour = rest / 3600000;
  c.minute = rest / 60000 % 60;
  c.second = rest / 1000 % 60;
  c.ms = rest % 1000;
  days += 719468;
  int64_t era = hk_floor_div(days, 146097);
  int64_t day = days - era * 146097;
  int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
  int64_t of_year = day - (365 * year + year / 4 - year / 100);
  int64_t month = (5 * of_year + 2) / 153;
  c.day = of_year - (153 * month + 2) / 5 + 1;
  c.month = month < 10 ? month + 3 : month - 9;
  c.year = year + era * 400 + (c.month <= 2);
  return c;
}

static int64_t hk_days_of(int64_t year, int64_t month, int64_t day) {
  if (month <= 2) year--;
  int64_t era = hk_floor_div(year, 400);
  int64_t of_era = year - era * 400;
  int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int64_t hk_date_year(hk_DateTimeBox *d) { return hk_calendar_of(d->ms).year; }
int64_t hk_date_month(hk_DateTimeBox *d) { return hk_calendar_of(d->ms).month; }
int64_t hk_date_day(hk_DateTimeBox *d) { return hk_calendar_of(d->ms).day; }
int64_t hk_date_hour(hk_DateTimeBox *d) { return hk_calendar_of(d->ms).hour; }
int64_t hk_date_minute(hk_DateTimeBox *d) { return hk_calendar_of(d->ms).minute; }
int64_t hk_date_second(hk_DateTimeBox *d) { return hk_calendar_of(d->ms).second; }
int64_t hk_date_timestamp(hk_DateTimeBox *d) { return hk_floor_div(d->ms, 1000); }

static hk_str *hk_append_padded(hk_str *s, int64_t v, int width) {
  char digits[HK_I64_ROOM];
  if (v < 0) {
    s = hk_str_append_lit(s, "-");
    v = -v;
  }
  size_t n = hk_format_i64(digits, v);
  for (int i = (int)n; i < width; i++) s = hk_str_append(s, "0", 1, 1);
  return hk_str_append(s, digits, n, n);
}

/* Appends an instant by a pattern; what it does not know stays as it is. */
static hk_str *hk_append_time(hk_str *s, int64_t ms, const unsigned char *p, size_t n) {
  hk_calendar c = hk_calendar_of(ms);
  for (size_t i = 0; i < n; i++) {
    if (p[i] == '%' && i + 1 < n) {
      i++;
      switch (p[i]) {
        case 'Y': s = hk_append_padded(s, c.year, 4); continue;
        case 'm': s = hk_append_padded(s, c.month, 2); continue;
        case 'd': s = hk_append_padded(s, c.day, 2); continue;
        case 'H': s = hk_append_padded(s, c.hour, 2); continue;
        case 'M': s = hk_append_padded(s, c.minute, 2); continue;
        case 'S': s = hk_append_padded(s, c.second, 2); continue;
        case 'f': s = hk_append_padded(s, c.ms, 3); continue;
        case '%': s = hk_str_append(s, "%", 1, 1); continue;
        default: i--; break;
      }
    }
    s = hk_str_append(s, p + i, 1, (p[i] & 0xc0) != 0x80);
  }
  return s;
}

static const unsigned char hk_plain_pattern[] = "%Y-%m-%d %H:%M:%S";
static const unsigned char hk_iso_pattern[] = "%Y-%m-%dT%H:%M:%SZ";

static hk_str *hk_append_date(hk_str *s, const hk_obj *d) { return hk_append_time(s, ((const hk_DateTimeBox *)d)->ms, hk_plain_pattern, sizeof hk_plain_pattern - 1); }

hk_str *hk_date_iso(hk_DateTimeBox *d) { return hk_append_time(hk_str_room(24), d->ms, hk_iso_pattern, sizeof hk_iso_pattern - 1); }

hk_str *hk_date_format(hk_DateTimeBox *d, hk_str *pattern) { return hk_append_time(hk_str_room(24), d->ms, pattern->data, pattern->bytes); }

hk_str *hk_time_format(hk_str *pattern) { return hk_append_time(hk_str_room(24), hk_now(), pattern->data, pattern->bytes); }

hk_DateTimeBox *hk_date_add_days(hk_DateTimeBox *d, int64_t n) { return hk_date_make((int64_t)((uint64_t)d->ms + (uint64_t)n * 86400000u)); }

hk_DateTimeBox *hk_date_add_hours(hk_DateTimeBox *d, int64_t n) { return hk_date_make((int64_t)((uint64_t)d->ms + (uint64_t)n * 3600000u)); }

/* Digits of one part at p; -1 if they are not all digits. */
static int64_t hk_digits_at(const unsigned char *p, int n) {
  int64_t v = 0;
  for (int i = 0; i < n; i++) {
    if (p[i] < '0' || p[i] > '9') return -1;
    v = v * 10 + (p[i] - '0');
  }
  return v;
}

hk_DateTimeBox *hk_time_parse(hk_str *text) {
  uint32_t from, to;
  hk_trimmed(text, &from, &to);
  const unsigned char *p = text->data + from;
  uint32_t n = to - from;
  if (n == 20 && p[19] == 'Z') n = 19;
  if (n == 19 && p[4] == '-' && p[7] == '-' && (p[10] == 'T' || p[10] == ' ') && p[13] == ':' && p[16] == ':') {
    int64_t year = hk_digits_at(p, 4);
    int64_t month = hk_digits_at(p + 5, 2);
    int64_t day = hk_digits_at(p + 8, 2);
    int64_t hour = hk_digits_at(p + 11, 2);
    int64_t minute = hk_digits_at(p + 14, 2);
    int64_t second = hk_digits_at(p + 17, 2);
    if (year >= 0 && month >= 1 && month <= 12 && day >= 1 && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60) {
      int64_t ms = hk_days_of(year, month, day) * 86400000 + hour * 3600000 + minute * 60000 + second * 1000;
      if (hk_calendar_of(ms).day == day) return hk_date_make(ms);
    }
  }
  hk_fail(HK_E_PARSE_ERROR, "time parse error: '%S'", text);
  return NULL;
}

hk_TimerBox *hk_timer_new(void) {
  hk_TimerBox *t = hk_object(HK_C_TIMER_BOX, sizeof(hk_TimerBox));
  t->start = hk_now();
  return t;
}

int64_t hk_timer_elapsed(hk_TimerBox *t) { return hk_now() - t->start; }

void hk_timer_reset(hk_TimerBox *t) { t->start = hk_now(); }
