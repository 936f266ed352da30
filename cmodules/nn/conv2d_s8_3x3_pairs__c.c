#include "nn_kernels.h"
#include "nn_padded.h"
#include "nn_pairs.h"

// Packed: the pairs, some windows [3, 3, in_c], three rows of input with a column of padding on both sides.
typedef struct {
    int8_t *windows;
    int8_t *rows;
} memory_t;

static int32_t window_size(const nn_layer_t *layer) {
    return 9 * layer->in_c;
}

static memory_t memory(const nn_layer_t *layer) {
    int8_t *windows = (int8_t *)layer->packed + nn_pairs_size(layer, window_size(layer));
    return (memory_t) {windows, windows + NN_SCALE_PIXELS * window_size(layer)};
}

static bool accepts(const nn_layer_t *layer) {
    return nn_pairs_fit(layer, window_size(layer));
}

static size_t packed_size(const nn_layer_t *layer) {
    return nn_pairs_size(layer, window_size(layer)) + NN_SCALE_PIXELS * window_size(layer) + nn_padded_size(layer);
}

static void pack(nn_layer_t *layer) {
    nn_pairs_pack(layer, window_size(layer));
}

static int8_t *copy(const int8_t *from, int32_t count, int8_t *to) {
    for (const int8_t *end = from + count; from != end; ++from, ++to) {
        *to = *from;
    }
    return to;
}

static void one_row(const nn_layer_t *layer, memory_t m, int32_t y, int8_t *output) {
    const int32_t span = 3 * layer->in_c, step = layer->stride * layer->in_c;
    const int8_t *top = nn_padded_row(layer, m.rows, y), *middle = nn_padded_row(layer, m.rows, y + 1),
        *bottom = nn_padded_row(layer, m.rows, y + 2);
    for (int32_t left = layer->out_w; left > 0; left -= NN_SCALE_PIXELS) {
        const int32_t pixels = left < NN_SCALE_PIXELS ? left : NN_SCALE_PIXELS;
        int8_t *to = m.windows;
        for (int32_t i = 0; i < pixels; ++i, top += step, middle += step, bottom += step) {
            to = copy(bottom, span, copy(middle, span, copy(top, span, to)));
        }
        nn_pairs_run(layer, window_size(layer), m.windows, pixels, output);
        output += pixels * layer->out_c;
    }
}

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    const memory_t m = memory(layer);
    int32_t next = 0; // padded row to load
    for (int32_t y = 0; y < layer->out_h; ++y) {
        for (; next < y * layer->stride + 3; ++next) {
            nn_padded_load(layer, m.rows, input, next);
        }
        one_row(layer, m, y * layer->stride, output + y * layer->out_w * layer->out_c);
    }
    nn_scale_clamp(layer, output);
}

const nn_kernel_t conv2d_s8_3x3_pairs__c = {
    .run = run, .accepts = accepts, .packed_size = packed_size, .pack = pack,
};
