#include "nn_scale.h"

#include "nn_layer.h"

#ifdef __ARM_FEATURE_SAT
#include <arm_acle.h>
#endif

enum { LARGEST_BIAS = 1 << 28, LARGEST_SHIFT = 21 };

bool nn_scale_fits(const nn_layer_t *layer) {
    for (int32_t i = 0; i < layer->out_c; ++i) {
        if (layer->bias[i] < -LARGEST_BIAS || layer->bias[i] > LARGEST_BIAS || layer->shift[i] > LARGEST_SHIFT) {
            return false;
        }
    }
    return true;
}

void nn_scale_pack(const nn_layer_t *layer, nn_scale_t *scales) {
    for (int32_t i = 0; i < layer->out_c; ++i) {
        const int32_t one = 1 << layer->shift[i];
        scales[i] = (nn_scale_t) {2 * layer->bias[i], layer->multiplier[i], one / 2 + layer->output_zero * one,
            layer->shift[i]};
    }
}

static inline int8_t saturate(int32_t q) {
    #ifdef __ARM_FEATURE_SAT
    return (int8_t)__ssat(q, 8);
    #else
    return (int8_t)(q < INT8_MIN ? INT8_MIN : q > INT8_MAX ? INT8_MAX : q);
    #endif
}

// |acc2| <= 2^30, so |t| < 2^30, and |round| <= 2^29.
static inline int8_t scaled(nn_scale_t scale, int32_t sum) {
    const int32_t acc2 = scale.twice_bias + 2 * sum;
    const int32_t t = (int32_t)(((int64_t)acc2 * scale.multiplier) >> 32);
    return saturate((t + scale.round) >> scale.shift);
}

static void four_pixels(const nn_scale_t *scales, int32_t channels, const int32_t *sums, int8_t *output) {
    int8_t *second = output + channels, *third = second + channels, *fourth = third + channels;
    for (int8_t *end = second; output != end; sums += NN_SCALE_PIXELS) {
        const nn_scale_t scale = *scales++;
        *output++ = scaled(scale, sums[0]);
        *second++ = scaled(scale, sums[1]);
        *third++ = scaled(scale, sums[2]);
        *fourth++ = scaled(scale, sums[3]);
    }
}

void nn_scale_run(const nn_scale_t *scales, int32_t channels, const int32_t *sums, int32_t pixels, int8_t *output) {
    if (pixels == NN_SCALE_PIXELS) {
        four_pixels(scales, channels, sums, output);
        return;
    }
    for (int32_t i = 0; i < pixels; ++i) {
        for (int32_t c = 0; c < channels; ++c) {
            *output++ = scaled(scales[c], sums[c * NN_SCALE_PIXELS + i]);
        }
    }
}

void nn_scale_clamp(const nn_layer_t *layer, int8_t *output) {
    const int8_t low = (int8_t)layer->low, high = (int8_t)layer->high;
    if (low == INT8_MIN && high == INT8_MAX) {
        return;
    }
    const uint32_t count = (uint32_t)nn_output_count(layer);
    for (uint32_t i = 0; i < count; ++i) {
        const int8_t q = output[i];
        output[i] = q < low ? low : q > high ? high : q;
    }
}
