/*
 * The whole runtime as one translation unit, in order of dependence.
 */
#include "hk.h"

#include "hk_mem.c"
#include "hk_num.c"
#include "hk_str.c"
#include "hk_error.c"
#include "hk_arr.c"
#include "hk_map.c"
#include "hk_text.c"
#include "hk_ops.c"
#include "hk_io.c"
#include "hk_math.c"
#include "hk_box.c"
#include "hk_json.c"
#include "hk_library.c"
