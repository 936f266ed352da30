#include "nn_dot.h"
#include "nn_kernels.h"
#include "nn_requantize.h"
#include "nn_taps.h"

// Taps of one row of the window are contiguous in the input and in the weights.
static int32_t inside_sum(const int8_t *corner, int32_t row, const int8_t *weights, nn_taps_t down, nn_taps_t across,
    int32_t channels) {
    const int32_t skip = across.first * channels;
    const int32_t count = (across.end - across.first) * channels;
    int32_t sum = 0;
    for (int32_t ky = down.first; ky < down.end; ++ky) {
        sum += nn_dot_s8(corner + ky * row + skip, weights + ky * 3 * channels + skip, count);
    }
    return sum;
}

static int32_t weight_sum(const int8_t *weights, int32_t count) {
    int32_t sum = 0;
    for (int32_t i = 0; i < count; ++i) {
        sum += weights[i];
    }
    return sum;
}

// Sum of the weights whose taps fall on the padding.
static int32_t outside_weights(const int8_t *weights, nn_taps_t down, nn_taps_t across, int32_t channels) {
    int32_t sum = 0;
    for (int32_t ky = 0; ky < 3; ++ky) {
        for (int32_t kx = 0; kx < 3; ++kx, weights += channels) {
            if (ky < down.first || ky >= down.end || kx < across.first || kx >= across.end) {
                sum += weight_sum(weights, channels);
            }
        }
    }
    return sum;
}

static void one_pixel(const nn_layer_t *layer, const int8_t *corner, nn_taps_t down, nn_taps_t across,
    int8_t *output) {
    const int32_t row = layer->in_w * layer->in_c;
    const int inside = nn_taps_inside(down) && nn_taps_inside(across);
    const int8_t *weights = layer->weights;
    for (int32_t oc = 0; oc < layer->out_c; ++oc, weights += 9 * layer->in_c) {
        int32_t acc = layer->bias[oc] + inside_sum(corner, row, weights, down, across, layer->in_c);
        if (!inside) {
            acc += layer->input_zero * outside_weights(weights, down, across, layer->in_c);
        }
        output[oc] = nn_requantize(acc, layer->multiplier[oc], layer->shift[oc], layer->output_zero, layer->low,
            layer->high);
    }
}

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    for (int32_t y = 0; y < layer->out_h; ++y) {
        const nn_taps_t down = nn_taps(y, layer->stride, layer->in_h);
        for (int32_t x = 0; x < layer->out_w; ++x, output += layer->out_c) {
            const nn_taps_t across = nn_taps(x, layer->stride, layer->in_w);
            // May lie before the tensor; only taps inside are read.
            const ptrdiff_t corner = ((ptrdiff_t)down.start * layer->in_w + across.start) * layer->in_c;
            one_pixel(layer, input + corner, down, across, output);
        }
    }
}

const nn_kernel_t conv2d_s8_3x3__c = {.run = run};
