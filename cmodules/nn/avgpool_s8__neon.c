#include "nn_kernels.h"
#include "nn_layer.h"

#ifdef __ARM_NEON

#include "nn_requantize__neon.h"

enum { LANES = 8, PIXELS_IN_INT16 = 255 }; // 255 * 128 fits

typedef struct {
    int32_t height, width; // of the window
    int32_t step, row;     // bytes from one pixel and from one row of the input to the next
} window_t;

static bool accepts(const nn_layer_t *layer) {
    return layer->in_c >= LANES;
}

static inline int16x8_t sum_pixels(const int8_t *pixel, int32_t count, int32_t step) {
    int16x8_t sum = vdupq_n_s16(0);
    for (; count >= 4; count -= 4) {
        const int8x8_t a = vld1_s8(pixel), b = vld1_s8(pixel + step);
        pixel += 2 * step;
        const int8x8_t c = vld1_s8(pixel), d = vld1_s8(pixel + step);
        pixel += 2 * step;
        sum = vaddw_s8(vaddw_s8(vaddw_s8(vaddw_s8(sum, a), b), c), d);
    }
    for (; count > 0; --count, pixel += step) {
        sum = vaddw_s8(sum, vld1_s8(pixel));
    }
    return sum;
}

static inline int32x4x2_t window_sums(window_t window, const int8_t *corner, int32_t bias) {
    int32x4x2_t sums = {{vdupq_n_s32(bias), vdupq_n_s32(bias)}};
    for (int32_t y = 0; y < window.height; ++y, corner += window.row) {
        for (int32_t x = 0; x < window.width; x += PIXELS_IN_INT16) {
            const int32_t left = window.width - x;
            const int16x8_t part = sum_pixels(corner + x * window.step, left < PIXELS_IN_INT16 ? left : PIXELS_IN_INT16,
                window.step);
            sums.val[0] = vaddw_s16(sums.val[0], vget_low_s16(part));
            sums.val[1] = vaddw_s16(sums.val[1], vget_high_s16(part));
        }
    }
    return sums;
}

static inline int8x8_t requantize(const nn_layer_t *layer, int32x4x2_t sums) {
    const int32x4_t multiplier = vdupq_n_s32(layer->multiplier[0]);
    const int32x4_t minus_shift = vdupq_n_s32(-(int32_t)layer->shift[0]);
    return nn_requantize_8(sums.val[0], sums.val[1], (int32x4x2_t) {{multiplier, multiplier}},
        (int32x4x2_t) {{minus_shift, minus_shift}}, nn_range(layer), true);
}

// Eight channels at a time; the last eight may repeat some.
static void one_pixel(const nn_layer_t *layer, window_t window, const int8_t *corner, int8_t *output) {
    const int32_t last = layer->in_c - LANES;
    for (int32_t first = 0; first < layer->in_c; first += LANES) {
        const int32_t c = first < last ? first : last;
        vst1_s8(output + c, requantize(layer, window_sums(window, corner + c, layer->bias[0])));
    }
}

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    const int32_t step = layer->in_c, row = layer->in_w * layer->in_c, k = layer->stride;
    if (k == 1) { // over the whole map, whose rows lie end to end
        one_pixel(layer, (window_t) {1, layer->in_h * layer->in_w, step, row}, input, output);
        return;
    }
    for (int32_t y = 0; y < layer->out_h; ++y) {
        for (int32_t x = 0; x < layer->out_w; ++x, output += layer->out_c) {
            one_pixel(layer, (window_t) {k, k, step, row}, input + y * k * row + x * k * step, output);
        }
    }
}

const nn_kernel_t avgpool_s8__neon = {.run = run, .accepts = accepts};

#endif
