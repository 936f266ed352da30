#include "nn_kernels.h"
#include "nn_layer.h"

#ifdef __ARM_NEON

#include <arm_neon.h>

enum { LANES = 8 };

typedef struct {
    int32x4_t bias, input, source, minus_shift;
    int16x8_t output_zero;
    int8x8_t low, high;
} constants_t;

static constants_t constants(const nn_layer_t *layer) {
    const nn_add_t *add = &layer->add;
    return (constants_t) {
        .bias = vdupq_n_s32(add->bias),
        .input = vdupq_n_s32(add->multiplier[0]),
        .source = vdupq_n_s32(add->multiplier[1]),
        .minus_shift = vdupq_n_s32(-add->shift),
        .output_zero = vdupq_n_s16((int16_t)layer->output_zero),
        .low = vdup_n_s8((int8_t)layer->low),
        .high = vdup_n_s8((int8_t)layer->high),
    };
}

// The sum fits int32 (nn.h); the rounding shift does not overflow inside.
static inline int16x4_t scale(const constants_t *k, int16x4_t a, int16x4_t b) {
    const int32x4_t acc = vmlaq_s32(vmlaq_s32(k->bias, vmovl_s16(a), k->input), vmovl_s16(b), k->source);
    return vqmovn_s32(vrshlq_s32(acc, k->minus_shift));
}

static inline int8x8_t add(const constants_t *k, int8x8_t a8, int8x8_t b8) {
    const int16x8_t a = vmovl_s8(a8), b = vmovl_s8(b8);
    const int16x8_t y = vcombine_s16(scale(k, vget_low_s16(a), vget_low_s16(b)),
        scale(k, vget_high_s16(a), vget_high_s16(b)));
    return vmin_s8(vmax_s8(vqmovn_s16(vqaddq_s16(y, k->output_zero)), k->low), k->high);
}

static void run_two(const nn_layer_t *layer, const int8_t *input, const int8_t *source, int8_t *output) {
    const constants_t k = constants(layer);
    uint32_t left = (uint32_t)nn_output_count(layer);
    for (; left >= LANES; left -= LANES, input += LANES, source += LANES, output += LANES) {
        vst1_s8(output, add(&k, vld1_s8(input), vld1_s8(source)));
    }
    int8_t a[LANES] = {0}, b[LANES] = {0};
    for (uint32_t i = 0; i < left; ++i) {
        a[i] = input[i];
        b[i] = source[i];
    }
    vst1_s8(a, add(&k, vld1_s8(a), vld1_s8(b)));
    for (uint32_t i = 0; i < left; ++i) {
        output[i] = a[i];
    }
}

const nn_kernel_t add_s8__neon = {.run_two = run_two};

#endif
