#include "nn_kernels.h"
#include "nn_padded.h"
#include "nn_scale.h"

// Packed: scales [c], sums of some pixels [c], weights [c, 9], three rows of input with a column of padding on both sides.
typedef struct {
    nn_scale_t *scales;
    int32_t *sums;
    int8_t *weights;
    int8_t *rows;
} memory_t;

static memory_t memory(const nn_layer_t *layer) {
    memory_t m = {.scales = layer->packed};
    m.sums = (int32_t *)(m.scales + layer->in_c);
    m.weights = (int8_t *)(m.sums + NN_SCALE_PIXELS * layer->in_c);
    m.rows = m.weights + 9 * layer->in_c;
    return m;
}

static size_t packed_size(const nn_layer_t *layer) {
    return (sizeof(nn_scale_t) + NN_SCALE_PIXELS * sizeof(int32_t) + 9) * layer->in_c + nn_padded_size(layer);
}

static void pack(nn_layer_t *layer) {
    const memory_t m = memory(layer);
    nn_scale_pack(layer, m.scales);
    for (int32_t i = 0; i < 9 * layer->in_c; ++i) {
        m.weights[i] = layer->weights[i % 9 * layer->in_c + i / 9];
    }
}

// All channels of one pixel, to every NN_SCALE_PIXELS-th element.
static void window_sums(const int8_t *w, int32_t channels, const int8_t *const corner[3], int32_t *sums) {
    const int8_t *top = corner[0], *middle = corner[1], *bottom = corner[2];
    for (const int8_t *end = top + channels; top != end; sums += NN_SCALE_PIXELS, w += 9) {
        int32_t sum = top[0] * w[0];
        sum += top[channels] * w[1];
        sum += top[2 * channels] * w[2];
        ++top;
        sum += middle[0] * w[3];
        sum += middle[channels] * w[4];
        sum += middle[2 * channels] * w[5];
        ++middle;
        sum += bottom[0] * w[6];
        sum += bottom[channels] * w[7];
        sum += bottom[2 * channels] * w[8];
        ++bottom;
        *sums = sum;
    }
}

static void one_row(const nn_layer_t *layer, memory_t m, int32_t y, int8_t *output) {
    const int32_t channels = layer->in_c, step = layer->stride * channels;
    const int8_t *corner[3];
    for (int32_t ky = 0; ky < 3; ++ky) {
        corner[ky] = nn_padded_row(layer, m.rows, y * layer->stride + ky);
    }
    for (int32_t left = layer->out_w; left > 0; left -= NN_SCALE_PIXELS, output += NN_SCALE_PIXELS * channels) {
        const int32_t pixels = left < NN_SCALE_PIXELS ? left : NN_SCALE_PIXELS;
        for (int32_t i = 0; i < pixels; ++i) {
            window_sums(m.weights, channels, corner, m.sums + i);
            corner[0] += step;
            corner[1] += step;
            corner[2] += step;
        }
        nn_scale_run(m.scales, channels, m.sums, pixels, output);
    }
}

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    const memory_t m = memory(layer);
    int32_t next = 0; // padded row to load
    for (int32_t y = 0; y < layer->out_h; ++y) {
        for (; next < y * layer->stride + 3; ++next) {
            nn_padded_load(layer, m.rows, input, next);
        }
        one_row(layer, m, y, output + y * layer->out_w * layer->out_c);
    }
    nn_scale_clamp(layer, output);
}

const nn_kernel_t depthwise_s8_3x3_rows__c = {
    .run = run, .accepts = nn_scale_fits, .packed_size = packed_size, .pack = pack,
};
