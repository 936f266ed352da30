// One output row of a 3x3 window with stride 2: 71 instructions for 2 x 8 outputs.
#include "nn_depthwise_neon.h"

#ifdef __ARM_NEON

enum { LANES = 8, COLUMNS = 5 };

// Registers: d0-d8 weights; columns X d9-d11, Y d12-d14, Z d15-d17 of three input rows; q9-q11 products; q12, q13 and
// q14, q15 the sums of the left and the right output. Products are added as in depthwise_walk_1__neon.c.
#define WINDOW \
    ".macro window a, b, x0, x1, x2, z0, z1, z2 \n" \
    "vmull.s8 q9, \\x0, d0 \n" \
    "vmull.s8 q10, \\x2, d6 \n" \
    "vmull.s8 q11, d13, d4 \n" \
    "vmlal.s8 q9, \\x1, d3 \n" \
    "vmlal.s8 q10, d12, d1 \n" \
    "vmlal.s8 q11, d14, d7 \n" \
    "vaddw.s16 \\a, q14, d18 \n" \
    "vaddw.s16 \\b, q15, d19 \n" \
    "vmull.s8 q9, \\z2, d8 \n" \
    "vzip.16 q10, q11 \n" \
    "vpadal.s16 \\a, q10 \n" \
    "vmull.s8 q10, \\z0, d2 \n" \
    "vpadal.s16 \\b, q11 \n" \
    "vmlal.s8 q10, \\z1, d5 \n" \
    "vzip.16 q9, q10 \n" \
    "vpadal.s16 \\a, q9 \n" \
    "vpadal.s16 \\b, q10 \n" \
    ".endm \n"

#define LOAD_COLUMN \
    ".macro load_column c0, c1, c2 \n" \
    "vld1.8 {\\c0}, [%[in0]], %[step] \n" \
    "vld1.8 {\\c1}, [%[in1]], %[step] \n" \
    "vld1.8 {\\c2}, [%[in2]], %[step] \n" \
    ".endm \n"

#define REQUANTIZE \
    "vld1.32 {d20-d23}, [%[p]]! \n" \
    "vqdmulh.s32 q12, q12, q10 \n" \
    "vqdmulh.s32 q13, q13, q11 \n" \
    "vqdmulh.s32 q14, q14, q10 \n" \
    "vqdmulh.s32 q15, q15, q11 \n" \
    "vld1.32 {d20-d23}, [%[p]]! \n" \
    "vrshl.s32 q12, q12, q10 \n" \
    "vrshl.s32 q13, q13, q11 \n" \
    "vrshl.s32 q14, q14, q10 \n" \
    "vrshl.s32 q15, q15, q11 \n" \
    "vld1.8 {d20-d23}, [%[p]], %[back] \n" \
    "vqmovn.s32 d18, q12 \n" \
    "vqmovn.s32 d19, q13 \n" \
    "vqmovn.s32 d24, q14 \n" \
    "vqmovn.s32 d25, q15 \n" \
    "vqadd.s16 q9, q9, q10 \n" \
    "vqadd.s16 q12, q12, q10 \n" \
    "vqmovn.s16 d28, q9 \n" \
    "vqmovn.s16 d29, q12 \n" \
    "vmax.s8 q14, q14, q11 \n"

// `pairs` times two outputs. `left` is the first window's first column, NULL for padding; the others follow `in`.
static void walk_pairs(const int8_t *const in[3], int8_t *out, int32_t in_step, int32_t out_step,
    const int8_t *left, int32_t pairs, const nn_depthwise_group_t *group) {
    const int8_t *in0 = in[0], *in1 = in[1], *in2 = in[2];
    const void *p = group;
    __asm__ volatile (
        WINDOW LOAD_COLUMN
        "vld1.8 {d0-d3}, [%[p]]! \n"
        "vld1.8 {d4-d7}, [%[p]]! \n"
        "vld1.8 {d8-d11}, [%[p]]! \n"
        "cmp %[left], #0 \n"
        "beq 1f \n"
        "vld1.8 {d9-d11}, [%[left]] \n"
        "1: \n"
        "load_column d12, d13, d14 \n"
        "load_column d15, d16, d17 \n"
        "vld1.32 {d28-d31}, [%[p]]! \n"
        "window q12, q13, d9, d10, d11, d15, d16, d17 \n"
        "load_column d12, d13, d14 \n"
        "load_column d9, d10, d11 \n"
        "window q14, q15, d15, d16, d17, d9, d10, d11 \n"
        REQUANTIZE
        "vst1.8 {d28}, [%[out]], %[out_step] \n"
        "vst1.8 {d29}, [%[out]], %[out_step] \n"
        "subs %[pairs], %[pairs], #1 \n"
        "bgt 1b \n"
        ".purgem window \n .purgem load_column \n"
        : [in0] "+r" (in0), [in1] "+r" (in1), [in2] "+r" (in2), [out] "+r" (out), [p] "+r" (p), [pairs] "+r" (pairs)
        : [step] "r" (in_step), [out_step] "r" (out_step), [left] "r" (left), [back] "r" (-96)
        : "cc", "memory", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "q4", "q5", "q6", "q7", "q8", "q9", "q10",
          "q11", "q12", "q13", "q14", "q15");
}

// The last two outputs of a row without padding at its right end; the first of them may be there already.
static void walk_last_pair(const nn_depthwise_rows_t *rows, const nn_depthwise_group_t *group) {
    const int32_t x = rows->out_w - 2;
    const ptrdiff_t skip = 2 * (ptrdiff_t)x * rows->step;
    const int8_t *const in[3] = {rows->in[0] + skip, rows->in[1] + skip, rows->in[2] + skip};
    int8_t left[3][LANES];
    for (int32_t row = 0; row < 3; ++row) {
        vst1_s8(left[row], vld1_s8(in[row] - rows->step));
    }
    walk_pairs(in, rows->out[0] + x * rows->step, rows->step, rows->step, left[0], 1, group);
}

static void copy_column(const nn_depthwise_rows_t *rows, const nn_depthwise_group_t *group, int32_t x, int32_t row,
    int8_t *to) {
    const bool inside = x >= 0 && x < rows->in_w;
    vst1_s8(to, vld1_s8(inside ? rows->in[row] + x * rows->step : group->padding[0]));
}

// The last one or two outputs, where the window may leave the row: through copies with padding around them.
static void walk_edge(const nn_depthwise_rows_t *rows, int32_t x, const nn_depthwise_group_t *group) {
    int8_t left[3][LANES], copy[3][COLUMNS - 1][LANES], out[2][LANES];
    const int8_t *const in[3] = {copy[0][0], copy[1][0], copy[2][0]};
    for (int32_t row = 0; row < 3; ++row) {
        copy_column(rows, group, 2 * x - 1, row, left[row]);
        for (int32_t i = 1; i < COLUMNS; ++i) {
            copy_column(rows, group, 2 * x - 1 + i, row, copy[row][i - 1]);
        }
    }
    walk_pairs(in, out[0], LANES, LANES, left[0], 1, group);
    for (int32_t i = 0; i < 2 && x + i < rows->out_w; ++i) {
        vst1_s8(rows->out[0] + (x + i) * rows->step, vld1_s8(out[i]));
    }
}

void nn_depthwise_walk_2(const nn_depthwise_rows_t *rows, const nn_depthwise_group_t *group) {
    // A pair of outputs reads four columns beside its left one: in_w / 4 pairs stay inside.
    const int32_t pairs = rows->in_w / 4;
    if (pairs > 0) {
        walk_pairs(rows->in, rows->out[0], rows->step, rows->step, NULL, pairs, group);
    }
    if (2 * pairs == rows->out_w) {
        return;
    }
    if (pairs > 0 && rows->in_w % 2 == 0) {
        walk_last_pair(rows, group);
    } else {
        walk_edge(rows, 2 * pairs, group);
    }
}

#endif
