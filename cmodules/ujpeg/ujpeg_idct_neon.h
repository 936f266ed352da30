// What the NEON transforms have in common.
#ifndef UJPEG_IDCT_NEON_H
#define UJPEG_IDCT_NEON_H

#include <arm_neon.h>

#include "ujpeg_idct.h"

// One row of eight, saturated at 16 bits: too large is still seen to be too large.
static inline int16x8_t ujpeg_dequantise_neon(const int16_t *coefficients, const int16_t *quant, int row) {
    const int16x8_t a = vld1q_s16(coefficients + 8 * row), b = vld1q_s16(quant + 8 * row);
    return vcombine_s16(vqmovn_s32(vmull_s16(vget_low_s16(a), vget_low_s16(b))),
        vqmovn_s32(vmull_s16(vget_high_s16(a), vget_high_s16(b))));
}

// value or -value - 1, whichever is not negative: at most max for -max - 1 .. max.
static inline int16x8_t ujpeg_size_neon(int16x8_t value) {
    return veorq_s16(value, vshrq_n_s16(value, 15));
}

static inline int16x4_t ujpeg_half_size_neon(int16x4_t value) {
    return veor_s16(value, vshr_n_s16(value, 15));
}

static inline void ujpeg_clear_neon(int16_t coefficients[64]) {
    const int16x8_t zeros = vdupq_n_s16(0);
    for (int i = 0; i < 64; i += 8) {
        vst1q_s16(coefficients + i, zeros);
    }
}

#endif
