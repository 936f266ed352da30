// Two output rows of a 3x3 window with stride 1: 61 instructions for 2 x 8 outputs.
#include "nn_depthwise_neon.h"

#ifdef __ARM_NEON

// Registers: d0-d8 weights, d9 padding; q12, q13 and q14, q15 the sums of the upper and the lower output; three columns
// X, Y, Z of four input rows change roles from step to step. Before a step's new column Z is loaded and after its old
// column X was used up, these registers hold products.
//
// Two products of int8 fit int16 (no weight is -128: at most 2 * 127 * 128). Sums of two products that belong to one
// channel are brought side by side (vzip) and added in pairs to the int32 sums (vpadal).
#define COLUMNS \
    "X0 .req d12 \n X1 .req d13 \n X2 .req d14 \n X3 .req d15 \n Xa .req q6 \n Xb .req q7 \n" \
    "Y0 .req d16 \n Y1 .req d17 \n Y2 .req d18 \n Y3 .req d19 \n Ya .req q8 \n Yb .req q9 \n" \
    "Z0 .req d20 \n Z1 .req d21 \n Z2 .req d22 \n Z3 .req d23 \n Za .req q10 \n Zb .req q11 \n"
#define NO_COLUMNS \
    ".unreq X0 \n .unreq X1 \n .unreq X2 \n .unreq X3 \n .unreq Xa \n .unreq Xb \n" \
    ".unreq Y0 \n .unreq Y1 \n .unreq Y2 \n .unreq Y3 \n .unreq Ya \n .unreq Yb \n" \
    ".unreq Z0 \n .unreq Z1 \n .unreq Z2 \n .unreq Z3 \n .unreq Za \n .unreq Zb \n"

// From the columns X and Y and rows r, s, t: the sums \a, \b = q14, q15 + six products.
#define TWO_COLUMNS \
    ".macro two_columns a, b, x, y, z, r, s, t \n" \
    "vmull.s8 q5, \\x\\r, d0 \n" \
    "vmull.s8 \\z\\()a, \\x\\t, d6 \n" \
    "vmull.s8 \\z\\()b, \\y\\s, d4 \n" \
    "vmlal.s8 q5, \\x\\s, d3 \n" \
    "vmlal.s8 \\z\\()a, \\y\\r, d1 \n" \
    "vmlal.s8 \\z\\()b, \\y\\t, d7 \n" \
    "vaddw.s16 \\a, q14, d10 \n" \
    "vaddw.s16 \\b, q15, d11 \n" \
    "vzip.16 \\z\\()a, \\z\\()b \n" \
    "vpadal.s16 \\a, \\z\\()a \n" \
    "vpadal.s16 \\b, \\z\\()b \n" \
    ".endm \n"

// The other three products, from the new column \z.
#define LAST_COLUMN \
    ".macro last_column a, b, x, z, r, s, t \n" \
    "vmull.s8 \\x\\()a, \\z\\r, d2 \n" \
    "vmull.s8 \\x\\()b, \\z\\t, d8 \n" \
    "vmlal.s8 \\x\\()a, \\z\\s, d5 \n" \
    "vzip.16 \\x\\()a, \\x\\()b \n" \
    "vpadal.s16 \\a, \\x\\()a \n" \
    "vpadal.s16 \\b, \\x\\()b \n" \
    ".endm \n"

#define REQUANTIZE \
    ".macro requantize x \n" \
    "vld1.32 {\\x\\()0, \\x\\()1, \\x\\()2, \\x\\()3}, [%[p]]! \n" \
    "vqdmulh.s32 q12, q12, \\x\\()a \n" \
    "vqdmulh.s32 q13, q13, \\x\\()b \n" \
    "vqdmulh.s32 q14, q14, \\x\\()a \n" \
    "vqdmulh.s32 q15, q15, \\x\\()b \n" \
    "vld1.32 {\\x\\()0, \\x\\()1, \\x\\()2, \\x\\()3}, [%[p]]! \n" \
    "vrshl.s32 q12, q12, \\x\\()a \n" \
    "vrshl.s32 q13, q13, \\x\\()b \n" \
    "vrshl.s32 q14, q14, \\x\\()a \n" \
    "vrshl.s32 q15, q15, \\x\\()b \n" \
    "vld1.8 {\\x\\()0, \\x\\()1, \\x\\()2, \\x\\()3}, [%[p]], %[back] \n" \
    "vqmovn.s32 d10, q12 \n" \
    "vqmovn.s32 d11, q13 \n" \
    "vqmovn.s32 d24, q14 \n" \
    "vqmovn.s32 d25, q15 \n" \
    "vqadd.s16 q5, q5, \\x\\()a \n" \
    "vqadd.s16 q12, q12, \\x\\()a \n" \
    "vqmovn.s16 d28, q5 \n" \
    "vqmovn.s16 d29, q12 \n" \
    "vmax.s8 q14, q14, \\x\\()b \n" \
    ".endm \n"

#define STEP \
    ".macro step x, y, z \n" \
    "vld1.32 {d28-d31}, [%[p]]! \n" \
    "two_columns q12, q13, \\x, \\y, \\z, 0, 1, 2 \n" \
    "two_columns q14, q15, \\x, \\y, \\z, 1, 2, 3 \n" \
    "vld1.8 {\\z\\()0}, [%[in0]], %[step] \n" \
    "vld1.8 {\\z\\()1}, [%[in1]], %[step] \n" \
    "vld1.8 {\\z\\()2}, [%[in2]], %[step] \n" \
    "vld1.8 {\\z\\()3}, [%[in3]], %[step] \n" \
    "last_column q12, q13, \\x, \\z, 0, 1, 2 \n" \
    "last_column q14, q15, \\x, \\z, 1, 2, 3 \n" \
    "requantize \\x \n" \
    "vst1.8 {d29}, [%[out1]], %[step] \n" \
    "vst1.8 {d28}, [%[out0]], %[step] \n" \
    ".endm \n"

// To the right of the last column there is padding: the group's own eight bytes, which lie before its bias.
#define TURN_TO_PADDING \
    ".macro turn_to_padding \n" \
    "sub %[in0], %[p], #8 \n" \
    "mov %[in1], %[in0] \n" \
    "mov %[in2], %[in0] \n" \
    "mov %[in3], %[in0] \n" \
    ".endm \n"

void nn_depthwise_walk_1(const nn_depthwise_rows_t *rows, const nn_depthwise_group_t *group) {
    const int8_t *in0 = rows->in[0], *in1 = rows->in[1], *in2 = rows->in[2], *in3 = rows->in[3];
    int8_t *out0 = rows->out[0], *out1 = rows->out[1];
    const void *p = group;
    int32_t left = rows->out_w - 3;
    __asm__ volatile (
        COLUMNS TWO_COLUMNS LAST_COLUMN REQUANTIZE STEP TURN_TO_PADDING
        "vld1.8 {d0-d3}, [%[p]]! \n"
        "vld1.8 {d4-d7}, [%[p]]! \n"
        "vld1.8 {d8-d11}, [%[p]]! \n"
        "vmov d12, d9 \n"
        "vmov d13, d9 \n"
        "vmov q7, q6 \n"
        "vld1.8 {Y0}, [%[in0]], %[step] \n"
        "vld1.8 {Y1}, [%[in1]], %[step] \n"
        "vld1.8 {Y2}, [%[in2]], %[step] \n"
        "vld1.8 {Y3}, [%[in3]], %[step] \n"
        "cmp %[left], #0 \n"
        "ble 2f \n"
        "1: \n" // left > 0: more than three outputs
        "step X, Y, Z \n"
        "step Y, Z, X \n"
        "step Z, X, Y \n"
        "subs %[left], %[left], #3 \n"
        "bgt 1b \n"
        "2: \n" // left is -2, -1 or 0: one, two or three outputs, the last on the edge
        "adds %[left], %[left], #1 \n"
        "bge 3f \n"
        "turn_to_padding \n"
        "3: \n"
        "step X, Y, Z \n"
        "blt 5f \n"
        "bgt 4f \n"
        "turn_to_padding \n"
        "step Y, Z, X \n"
        "b 5f \n"
        "4: \n"
        "step Y, Z, X \n"
        "turn_to_padding \n"
        "step Z, X, Y \n"
        "5: \n"
        ".purgem turn_to_padding \n .purgem step \n .purgem requantize \n .purgem last_column \n .purgem two_columns \n"
        NO_COLUMNS
        : [in0] "+r" (in0), [in1] "+r" (in1), [in2] "+r" (in2), [in3] "+r" (in3), [out0] "+r" (out0),
          [out1] "+r" (out1), [p] "+r" (p), [left] "+r" (left)
        : [step] "r" (rows->step), [back] "r" (-96)
        : "cc", "memory", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "q4", "q5", "q6", "q7", "q8", "q9", "q10",
          "q11", "q12", "q13", "q14", "q15");
}

#endif
