#include "conv2d_rows__neon.h"

#ifdef __ARM_NEON

#include <string.h>

#include "nn_taps.h"

// Packed memory: the panels, a row of input_zero, and one window (nine pixels).
static size_t panel_size(size_t weights) {
    return (sizeof(conv2d_panel_t) + weights + 15) / 16 * 16;
}

static size_t panel_count(const nn_layer_t *layer) {
    return ((size_t)layer->out_c + 7) / 8;
}

static int8_t *zero_row(const nn_layer_t *layer, size_t weights) {
    return (int8_t *)layer->packed + panel_count(layer) * panel_size(weights);
}

size_t conv2d_rows_packed_size(const nn_layer_t *layer, size_t weights) {
    return panel_count(layer) * panel_size(weights) + (layer->in_w + 9) * (size_t)layer->in_c;
}

conv2d_panel_t *conv2d_rows_panel(const nn_layer_t *layer, size_t weights, size_t index) {
    return (conv2d_panel_t *)((uint8_t *)layer->packed + index * panel_size(weights));
}

void conv2d_rows_pack(nn_layer_t *layer, size_t weights) {
    memset(layer->packed, 0, panel_count(layer) * panel_size(weights));
    for (int32_t oc = 0; oc < layer->out_c; ++oc) {
        conv2d_panel_t *panel = conv2d_rows_panel(layer, weights, oc / 8);
        panel->bias[oc % 8] = layer->bias[oc];
        panel->multiplier[oc % 8] = layer->multiplier[oc];
        panel->minus_shift[oc % 8] = -(int32_t)layer->shift[oc];
        panel->output_zero[oc % 8] = (int16_t)layer->output_zero;
        panel->low[oc % 8] = (int8_t)layer->low;
        panel->high[oc % 8] = (int8_t)layer->high;
    }
    memset(zero_row(layer, weights), layer->input_zero, layer->in_w * (size_t)layer->in_c);
}

typedef struct {
    const nn_layer_t *layer;
    conv2d_row_t *row;
    const conv2d_panel_t *panel;
    int8_t *window;
    size_t channels; // of the panel that exist
} walk_t;

static void some(const walk_t *walk, const int8_t *const rows[3], size_t count, int8_t *output) {
    const size_t step = (size_t)walk->layer->stride * walk->layer->in_c, output_step = walk->layer->out_c;
    if (walk->channels == 8) {
        walk->row(walk->panel, rows, step, count, output, output_step);
        return;
    }
    for (size_t i = 0; i < count; ++i, output += output_step) {
        const int8_t *const at[3] = {rows[0] + i * step, rows[1] + i * step, rows[2] + i * step};
        int8_t all[8];
        walk->row(walk->panel, at, step, 1, all, 8);
        memcpy(output, all, walk->channels);
    }
}

// A window that reaches over the left or right edge, from a copy.
static void edge(const walk_t *walk, const int8_t *const lines[3], int32_t x, int8_t *output) {
    const nn_taps_t across = nn_taps(x, walk->layer->stride, walk->layer->in_w);
    const size_t channels = walk->layer->in_c, skip = across.first * channels;
    memset(walk->window, walk->layer->input_zero, 9 * channels);
    for (int32_t ky = 0; ky < 3; ++ky) {
        memcpy(walk->window + 3 * ky * channels + skip, lines[ky] + (across.start + across.first) * (int32_t)channels,
            (across.end - across.first) * channels);
    }
    const int8_t *const rows[3] = {walk->window, walk->window + 3 * channels, walk->window + 6 * channels};
    some(walk, rows, 1, output);
}

static void line(const walk_t *walk, const int8_t *const lines[3], int8_t *output) {
    const nn_layer_t *layer = walk->layer;
    const int32_t inside = layer->in_w < 3 ? 0 : (layer->in_w - 2) / layer->stride; // windows 1 .. inside
    edge(walk, lines, 0, output);
    if (inside > 0) {
        const size_t skip = (size_t)(layer->stride - 1) * layer->in_c;
        const int8_t *const rows[3] = {lines[0] + skip, lines[1] + skip, lines[2] + skip};
        some(walk, rows, inside, output + layer->out_c);
    }
    for (int32_t x = inside + 1; x < layer->out_w; ++x) {
        edge(walk, lines, x, output + (size_t)x * layer->out_c);
    }
}

static void panel(const walk_t *walk, const int8_t *zeros, const int8_t *input, int8_t *output) {
    const nn_layer_t *layer = walk->layer;
    const size_t size = (size_t)layer->in_w * layer->in_c;
    for (int32_t y = 0; y < layer->out_h; ++y, output += (size_t)layer->out_w * layer->out_c) {
        const int8_t *lines[3];
        for (int32_t ky = 0; ky < 3; ++ky) {
            const int32_t at = y * layer->stride - 1 + ky;
            lines[ky] = at >= 0 && at < layer->in_h ? input + at * size : zeros;
        }
        line(walk, lines, output);
    }
}

void conv2d_rows_run(const nn_layer_t *layer, size_t weights, conv2d_row_t *row, const int8_t *input, int8_t *output) {
    int8_t *zeros = zero_row(layer, weights);
    walk_t walk = {.layer = layer, .row = row, .window = zeros + (size_t)layer->in_w * layer->in_c};
    for (size_t i = 0; i < panel_count(layer); ++i) {
        const size_t left = layer->out_c - 8 * i;
        walk.panel = conv2d_rows_panel(layer, weights, i);
        walk.channels = left < 8 ? left : 8;
        panel(&walk, zeros, input, output + 8 * i);
    }
}

#endif
