// One panel of nn_panels.h times one pixel or four. Pixels are readable up to a whole number of blocks.
#ifndef NN_PANEL__NEON_H
#define NN_PANEL__NEON_H

#include "nn_panels.h"
#include "nn_requantize__neon.h"

// One pixel's next pair of accumulators: eight inputs, broadcast two by two, times 64 weights in q8..q11. Two products
// meet in 16 bits before they widen: at most 2 * 128 * 127.
#define NN_PANEL_PIXEL(x, first, second) \
    "vld4.16 {d24[], d25[], d26[], d27[]}, [%[" x "]]!\n\t" \
    "vmull.s8 q14, d16, d24\n\t" \
    "vmull.s8 q15, d20, d24\n\t" \
    "vmlal.s8 q14, d17, d25\n\t" \
    "vmlal.s8 q15, d21, d25\n\t" \
    "vpadal.s16 %q[" first "], q14\n\t" \
    "vpadal.s16 %q[" second "], q15\n\t" \
    "vmull.s8 q14, d18, d26\n\t" \
    "vmull.s8 q15, d22, d26\n\t" \
    "vmlal.s8 q14, d19, d27\n\t" \
    "vmlal.s8 q15, d23, d27\n\t" \
    "vpadal.s16 %q[" first "], q14\n\t" \
    "vpadal.s16 %q[" second "], q15\n\t"

#define NN_PANEL_WEIGHTS \
    "vld1.8 {d16-d19}, [%[w]:128]!\n\t" \
    "vld1.8 {d20-d23}, [%[w]:128]!\n\t"

#define NN_PANEL_CLOBBERS "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15", "cc", "memory"

typedef struct {
    const int8_t *x;       // first input of the next pixel
    const int8_t *scales;  // multipliers and shifts
    int32x4_t sum[8];
} nn_panel_sums_t;

// Four pixels, `step` bytes apart.
static inline __attribute__((always_inline)) nn_panel_sums_t nn_panel_four(const int8_t *panel, size_t blocks,
    const int8_t *x0, size_t step) {
    const int32x4_t a = vld1q_s32((const int32_t *)panel), b = vld1q_s32((const int32_t *)panel + 4);
    int32x4_t s0 = a, s1 = b, s2 = a, s3 = b, s4 = a, s5 = b, s6 = a, s7 = b;
    const int8_t *x1 = x0 + step, *x2 = x1 + step, *x3 = x2 + step, *w = panel + 32;
    __asm__("1:\n\t"
        NN_PANEL_WEIGHTS
        NN_PANEL_PIXEL("x0", "s0", "s1")
        NN_PANEL_PIXEL("x1", "s2", "s3")
        NN_PANEL_PIXEL("x2", "s4", "s5")
        "subs %[n], %[n], #1\n\t"
        NN_PANEL_PIXEL("x3", "s6", "s7")
        "bne 1b"
        : [x0] "+r"(x0), [x1] "+r"(x1), [x2] "+r"(x2), [x3] "+r"(x3), [w] "+r"(w), [n] "+r"(blocks),
          [s0] "+w"(s0), [s1] "+w"(s1), [s2] "+w"(s2), [s3] "+w"(s3), [s4] "+w"(s4), [s5] "+w"(s5), [s6] "+w"(s6),
          [s7] "+w"(s7)
        :: NN_PANEL_CLOBBERS);
    return (nn_panel_sums_t) {x3, w, {s0, s1, s2, s3, s4, s5, s6, s7}};
}

static inline __attribute__((always_inline)) nn_panel_sums_t nn_panel_one(const int8_t *panel, size_t blocks,
    const int8_t *x0) {
    int32x4_t s0 = vld1q_s32((const int32_t *)panel), s1 = vld1q_s32((const int32_t *)panel + 4);
    const int8_t *w = panel + 32;
    __asm__("1:\n\t"
        NN_PANEL_WEIGHTS
        "subs %[n], %[n], #1\n\t"
        NN_PANEL_PIXEL("x0", "s0", "s1")
        "bne 1b"
        : [x0] "+r"(x0), [w] "+r"(w), [n] "+r"(blocks), [s0] "+w"(s0), [s1] "+w"(s1)
        :: NN_PANEL_CLOBBERS);
    return (nn_panel_sums_t) {x0, w, {s0, s1}};
}

static inline __attribute__((always_inline)) int32x4x2_t nn_panel_multiplier(const int8_t *scales) {
    return (int32x4x2_t) {{vld1q_s32((const int32_t *)scales), vld1q_s32((const int32_t *)scales + 4)}};
}

static inline __attribute__((always_inline)) int32x4x2_t nn_panel_minus_shift(const int8_t *scales) {
    return nn_panel_multiplier(scales + 32);
}

// The first `count` of eight values.
static inline void nn_panel_store(int8_t *output, int8x8_t values, size_t count) {
    if (count >= 8) {
        vst1_s8(output, values);
        return;
    }
    int8_t all[8];
    vst1_s8(all, values);
    for (size_t i = 0; i < count; ++i) {
        output[i] = all[i];
    }
}

#endif
