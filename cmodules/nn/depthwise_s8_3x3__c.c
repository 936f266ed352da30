#include "nn_kernels.h"
#include "nn_requantize.h"
#include "nn_taps.h"

static inline int8_t requantize(const nn_layer_t *layer, int32_t acc, int32_t c) {
    return nn_requantize(acc, layer->multiplier[c], layer->shift[c], layer->output_zero, layer->low, layer->high);
}

static void inside_pixel(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    const int32_t channels = layer->in_c;
    const int8_t *top = input;
    const int8_t *middle = top + layer->in_w * channels;
    const int8_t *bottom = middle + layer->in_w * channels;
    const int8_t *weights = layer->weights;
    for (int32_t c = 0; c < channels; ++c) {
        const int32_t right = c + channels, far = right + channels;
        const int8_t *w = weights + c;
        int32_t acc = layer->bias[c];
        acc += top[c] * w[0] + top[right] * w[channels] + top[far] * w[2 * channels];
        acc += middle[c] * w[3 * channels] + middle[right] * w[4 * channels] + middle[far] * w[5 * channels];
        acc += bottom[c] * w[6 * channels] + bottom[right] * w[7 * channels] + bottom[far] * w[8 * channels];
        output[c] = requantize(layer, acc, c);
    }
}

static void edge_pixel(const nn_layer_t *layer, const int8_t *input, nn_taps_t down, nn_taps_t across,
    int8_t *output) {
    const int32_t channels = layer->in_c;
    for (int32_t c = 0; c < channels; ++c) {
        int32_t acc = layer->bias[c];
        for (int32_t ky = 0; ky < 3; ++ky) {
            for (int32_t kx = 0; kx < 3; ++kx) {
                const int32_t weight = layer->weights[(ky * 3 + kx) * channels + c];
                const int32_t y = down.start + ky, x = across.start + kx;
                const int inside = y >= 0 && y < layer->in_h && x >= 0 && x < layer->in_w;
                acc += weight * (inside ? input[(y * layer->in_w + x) * channels + c] : layer->input_zero);
            }
        }
        output[c] = requantize(layer, acc, c);
    }
}

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    for (int32_t y = 0; y < layer->out_h; ++y) {
        const nn_taps_t down = nn_taps(y, layer->stride, layer->in_h);
        for (int32_t x = 0; x < layer->out_w; ++x, output += layer->out_c) {
            const nn_taps_t across = nn_taps(x, layer->stride, layer->in_w);
            if (nn_taps_inside(down) && nn_taps_inside(across)) {
                inside_pixel(layer, input + (down.start * layer->in_w + across.start) * layer->in_c, output);
            } else {
                edge_pixel(layer, input, down, across, output);
            }
        }
    }
}

const nn_kernel_t depthwise_s8_3x3__c = {.run = run};
