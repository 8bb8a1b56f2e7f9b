/*
 * Tests of the library boxes; part of hk_test.c, which includes it.
 */
static void t_library(void) {
  T(t_json(" {\"b\": [1, 2.0, -3e2, true, null, \"x\\u3042\\ud83d\\ude00\\n\"], \"a\": {}} ", "{\"a\":{},\"b\":[1,2.0,-300.0,true,null,\"x\xe3\x81\x82\xf0\x9f\x98\x80\\n\"]}"));
  T(t_json("9223372036854775808", "9223372036854776000.0"));
  T(t_json("[1,]", "JSON parse error at 3: unexpected character"));
  T(t_json("{\"a\":1", "JSON parse error at 6: expected ',' or '}'"));
  T(t_json("\"a", "JSON parse error at 2: string without end"));
  T(t_json("01", "JSON parse error at 2: malformed number"));
  T(t_json("", "JSON parse error at 0: unexpected end"));
  hk_str *deep = hk_str_repeat(t_ev(), 1);
  hk_dec(deep);
  deep = hk_str_room(0);
  for (int i = 0; i < 5000; i++) deep = hk_str_append_lit(deep, "[");
  T(hk_json_new(deep) == NULL && t_error("ParseError", "JSON parse error at 1000: nested too deeply"));
  hk_dec(deep);
  t_check_heap();
  hk_JsonDocBox *doc = hk_json_doc_new();
  hk_str *text = hk_str_lit("{\"k\":[5]}");
  T(hk_json_doc_parse(doc, text) && !hk_json_doc_parse(doc, t_p()));
  T(t_is(hk_json_doc_error(doc), "JSON parse error at 0: unexpected character"));
  T(hk_json_doc_parse(doc, text));
  hk_JsonNodeBox *root = hk_json_doc_root(doc);
  hk_str *key = hk_str_lit("k");
  hk_JsonNodeBox *list = hk_json_node_get(root, key);
  hk_JsonNodeBox *five = hk_json_node_at(list, 0);
  T(hk_json_node_int(five) == 5 && t_is(hk_json_node_kind(list), "array"));
  hk_dec(key);
  hk_dec(five);
  hk_dec(list);
  hk_dec(root);
  hk_dec(text);
  hk_dec(doc);

  T(t_replace("(\\w+)@(?<host>\\w+)", "me@here you@there", "${host}:$1", "here:me there:you"));
  T(t_replace("$", "ab", "!", "ab!"));
  T(t_replace("b*", "abc", "-", "-a--c-"));
  T(t_replace("(a|ab)(c|bcd)(d*)", "abcd", "[$1|$2|$3]", "[a|bcd|]"));
  T(t_replace("x{2,3}?", "xxxxx", "y", "yyx"));
  T(t_replace("(?i)[a-c]+", "xABCabcx", "_", "x_x"));
  T(t_replace("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", "x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"));
  T(t_replace("(", "", "", "regex parse error at 1: group without end"));
  T(t_replace("a**", "", "", "regex parse error at 3: nothing to repeat"));
  T(t_replace("(?=a)", "", "", "regex parse error at 2: looking around is not supported"));
  T(t_replace("(a{1000}){1000}", "", "", "regex parse error at 15: pattern is too large"));
  hk_str *comma = hk_str_lit(", *");
  hk_RegexBox *re = hk_regex_new(comma);
  text = hk_str_lit("a,  b,c");
  T(t_text(hk_ptr(hk_regex_split(re, text)), "[a, b, c]") && hk_regex_test(re, text) && t_text(hk_regex_find(re, text), ",  "));
  hk_dec(text);
  hk_dec(re);
  hk_dec(comma);

  text = hk_str_lit("2024-02-29T12:34:56Z");
  hk_DateTimeBox *d = hk_time_parse(text);
  T(d != NULL && hk_date_timestamp(d) == 1709210096 && t_is(hk_date_iso(d), "2024-02-29T12:34:56Z"));
  hk_DateTimeBox *later = hk_date_add_days(d, 366);
  T(t_text(hk_ptr(later), "2025-03-01 12:34:56"));
  hk_dec(d);
  hk_dec(text);
  text = hk_str_lit("2023-02-29 00:00:00");
  T(hk_time_parse(text) == NULL && t_error("ParseError", "time parse error: '2023-02-29 00:00:00'"));
  hk_dec(text);
  d = hk_time_from(-1);
  T(t_text(hk_ptr(d), "1969-12-31 23:59:59"));
  for (int64_t day = -800000; day < 800000; day += 997) {
    hk_calendar c = hk_calendar_of(day * 86400000);
    T(hk_days_of(c.year, c.month, c.day) == day);
  }
  hk_TimerBox *timer = hk_timer_new();
  hk_time_sleep(250);
  T(hk_timer_elapsed(timer) == 250);
  hk_dec(timer);

  hk_BufferBox *b = hk_buffer_new();
  hk_buffer_write_u32(b, 0x01020304);
  T(hk_buffer_write_f64(b, 1.5) == 12 && hk_buffer_read_f64(b, 4) == 1.5 && hk_buffer_read_u16(b, 1) == 0x0203);
  hk_buffer_read_u64(b, 5);
  T(t_error("IndexError", "index 5 out of bounds (len=12)"));
  T(t_text(hk_ptr(hk_buffer_read(b, 2)), "[4, 3]") && t_text(hk_kept(hk_ptr(b)), "BufferBox(10 bytes)"));
  hk_buffer_append(b, b);
  T(hk_buffer_length(b) == 20);
  hk_BufferBox *part = hk_buffer_slice(b, 0, 2);
  T(t_text(hk_ptr(hk_buffer_read_all(part)), "[2, 1]"));
  hk_dec(part);
  hk_dec(b);

  hk_FileBox *f = hk_file_new();
  hk_str *mode = hk_str_lit("a");
  T(!hk_file_open_read(f, t_p()) && hk_file_open(f, t_p(), mode));
  for (int i = 0; i < 3; i++) hk_file_write(f, HK_SPLIT(hk_int(100 + i)));
  T(t_is(hk_file_read(f), "100101102"));
  hk_file_close(f);
  T(hk_file_read(f) == NULL && t_error("TypeError", "file is not open"));
  T(hk_file_exists(f, t_p()) && hk_file_open(f, t_p(), mode));
  hk_dec(mode);
  hk_dec(f);
  hk_drop_files();

  hk_DebugBox *notes = hk_debug_new();
  hk_debug_track(notes, HK_SPLIT(hk_int(1)), t_p());
  hk_debug_start(notes);
  hk_debug_track(notes, HK_SPLIT(hk_int(2)), t_p());
  hk_debug_watch(notes, HK_SPLIT(hk_null()), t_x());
  T(hk_debug_count(notes) == 1 && t_is(hk_debug_dump(notes), "tracked boxes: 1\nP: 2") && t_is(hk_debug_stack(notes), "events: 1\nwatch x: null"));
  hk_dec(notes);

  T(t_normal("/a/./b//../c", "/a/c") && t_normal("../a/..", "..") && t_normal("a/..", ".") && t_normal("/..", "/") && t_normal("a/b/", "a/b"));
  text = hk_str_lit("/x/name.tar.gz");
  T(t_is(hk_path_dirname(text), "/x") && t_is(hk_path_basename(text), "name.tar.gz") && t_is(hk_path_extname(text), ".gz"));
  hk_dec(text);
}

/* Deep nesting is an error, not a crash. */
static void t_nesting(void) {
  hk_arr *outer = hk_arr_new(0, 0);
  for (int i = 0; i < 5000; i++) {
    hk_arr *a = hk_arr_new(0, 0);
    hk_arr_push_ref(a, (hk_obj *)outer);
    outer = a;
  }
  T(hk_text(HK_SPLIT(hk_ptr(outer))) == NULL);
  T(t_error("StackOverflow", "vm call stack depth exceeded (max_depth=1000, fn=toString)"));
  hk_dec(outer);
}
