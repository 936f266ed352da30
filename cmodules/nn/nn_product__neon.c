#include "nn_product__neon.h"

#ifdef __ARM_NEON

#include <string.h>

#include "nn_panel__neon.h"

// Four pixels at a time; returns the first pixel that was left.
static inline __attribute__((always_inline)) const int8_t *fours(const nn_product_t *product, const int8_t *panel,
    const int8_t *input, int8_t *output, size_t count, size_t channels, bool clamps) {
    const size_t outputs = product->outputs, blocks = product->blocks, step = product->step;
    const nn_range_t range = product->range;
    for (; count > 0; --count) {
        const nn_panel_sums_t sums = nn_panel_four(panel, blocks, input, step);
        const int32x4x2_t multiplier = nn_panel_multiplier(sums.scales);
        const int32x4x2_t minus_shift = nn_panel_minus_shift(sums.scales);
        for (int i = 0; i < 4; ++i, output += outputs) {
            nn_panel_store(output, nn_requantize_8(sums.sum[2 * i], sums.sum[2 * i + 1], multiplier, minus_shift, range,
                clamps), channels);
        }
        input += 4 * step;
    }
    return input;
}

static inline __attribute__((always_inline)) void ones(const nn_product_t *product, const int8_t *panel, const int8_t *input,
    int8_t *output, size_t count, size_t channels) {
    for (; count > 0; --count, input += product->step, output += product->outputs) {
        const nn_panel_sums_t sums = nn_panel_one(panel, product->blocks, input);
        const int8x8_t values = nn_requantize_8(sums.sum[0], sums.sum[1], nn_panel_multiplier(sums.scales),
            nn_panel_minus_shift(sums.scales), product->range, true);
        nn_panel_store(output, values, channels);
    }
}

// How many of the pixels can be read up to whole blocks without leaving the tensor: all but the last few.
static size_t readable(const nn_product_t *product, size_t pixels) {
    const size_t wanted = product->blocks * NN_PANEL_BLOCK;
    const size_t last = wanted > product->step ? (wanted - 1) / product->step : 0;
    return pixels > last ? pixels - last : 0;
}

static void one_panel(const nn_product_t *product, const int8_t *panel, const int8_t *input, int8_t *output, size_t pixels,
    size_t channels) {
    const size_t count = pixels / 4;
    if (channels < 8) {
        input = fours(product, panel, input, output, count, channels, true);
    } else if (product->clamps) {
        input = fours(product, panel, input, output, count, 8, true);
    } else {
        input = fours(product, panel, input, output, count, 8, false);
    }
    ones(product, panel, input, output + 4 * count * product->outputs, pixels % 4, channels);
}

static void padded_pixels(const nn_product_t *product, const int8_t *panel, const int8_t *input, int8_t *output, size_t pixels,
    size_t channels) {
    for (; pixels > 0; --pixels, input += product->step, output += product->outputs) {
        memcpy(product->padded, input, product->inputs);
        ones(product, panel, product->padded, output, 1, channels);
    }
}

void nn_product(const nn_product_t *product, size_t pixels, const int8_t *input, int8_t *output) {
    const size_t direct = readable(product, pixels);
    const int8_t *panel = product->panels;
    for (size_t oc = 0; oc < product->outputs; oc += NN_PANEL_CHANNELS, panel += product->panel_size) {
        const size_t channels = product->outputs - oc < 8 ? product->outputs - oc : 8;
        one_panel(product, panel, input, output + oc, direct, channels);
        padded_pixels(product, panel, input + direct * product->step, output + oc + direct * product->outputs,
            pixels - direct, channels);
    }
}

#endif
