// nn_requantize() for eight accumulators at once.
#ifndef NN_REQUANTIZE__NEON_H
#define NN_REQUANTIZE__NEON_H

#include <arm_neon.h>

#include "nn.h"

typedef struct {
    int16x8_t zero;
    int8x8_t low, high;
} nn_range_t;

static inline nn_range_t nn_range(const nn_layer_t *layer) {
    return (nn_range_t) {vdupq_n_s16((int16_t)layer->output_zero), vdup_n_s8((int8_t)layer->low),
        vdup_n_s8((int8_t)layer->high)};
}

// Whether the clamp does more than saturation to int8 does.
static inline bool nn_range_clamps(const nn_layer_t *layer) {
    return layer->low > -128 || layer->high < 127;
}

// minus_shift holds -shift. A doubled product never saturates, because multipliers are positive. Saturation to int16
// before the zero point is added cannot change what int8 saturation gives after it: |output_zero| is at most 128.
static inline __attribute__((always_inline)) int8x8_t nn_requantize_8(int32x4_t first, int32x4_t second,
    int32x4x2_t multiplier, int32x4x2_t minus_shift, nn_range_t range, bool clamps) {
    const int32x4_t y0 = vrshlq_s32(vqdmulhq_s32(first, multiplier.val[0]), minus_shift.val[0]);
    const int32x4_t y1 = vrshlq_s32(vqdmulhq_s32(second, multiplier.val[1]), minus_shift.val[1]);
    const int16x8_t y = vqaddq_s16(vcombine_s16(vqmovn_s32(y0), vqmovn_s32(y1)), range.zero);
    const int8x8_t q = vqmovn_s16(y);
    return clamps ? vmin_s8(vmax_s8(q, range.low), range.high) : q;
}

#endif
