/*
 * The whole runtime as one translation unit, in order of dependence.
 *
 * Parts that run rarely, or spend their time in other parts, are compiled for size.
 */
#include "hk.h"

#if defined(__clang__) && defined(__wasm__)
#define HK_SMALL _Pragma("clang attribute push(__attribute__((minsize)), apply_to = function)")
#define HK_FAST _Pragma("clang attribute pop")
#else
#define HK_SMALL
#define HK_FAST
#endif

#include "hk_mem.c"
#include "hk_num.c"
#include "hk_str.c"
HK_SMALL
#include "hk_error.c"
HK_FAST
#include "hk_arr.c"
#include "hk_map.c"
HK_SMALL
#include "hk_text.c"
HK_FAST
#include "hk_ops.c"
HK_SMALL
#include "hk_io.c"
#include "hk_math.c"
#include "hk_box.c"
#include "hk_json.c"
#include "hk_regex.c"
#include "hk_time.c"
#include "hk_buffer.c"
#include "hk_debug.c"
#include "hk_canvas.c"
#include "hk_library.c"
HK_FAST
