#include "nn_depthwise_neon.h"

#ifdef __ARM_NEON

#include <arm_neon.h>
#include <string.h>

enum { LANES = 8 };

static bool accepts(const nn_layer_t *layer) {
    return layer->in_c >= LANES;
}

static int32_t group_count(const nn_layer_t *layer) {
    return (layer->in_c + LANES - 1) / LANES;
}

// The last group ends at the last channel and may repeat channels of the one before.
static int32_t first_channel(const nn_layer_t *layer, int32_t group) {
    const int32_t first = group * LANES, last = layer->in_c - LANES;
    return first < last ? first : last;
}

// The groups, then a row of padding.
static size_t packed_size(const nn_layer_t *layer) {
    return group_count(layer) * sizeof(nn_depthwise_group_t) + (size_t)layer->in_w * layer->in_c;
}

static void pack_group(const nn_layer_t *layer, int32_t first, nn_depthwise_group_t *group) {
    for (int32_t tap = 0; tap < 9; ++tap) {
        memcpy(group->weights[tap], layer->weights + tap * layer->in_c + first, LANES);
    }
    memset(group->padding, layer->input_zero, sizeof group->padding);
    memset(group->low, layer->low, sizeof group->low);
    for (int32_t i = 0; i < LANES; ++i) {
        group->bias[i] = layer->bias[first + i];
        group->multiplier[i] = layer->multiplier[first + i];
        group->minus_shift[i] = -(int32_t)layer->shift[first + i];
        group->output_zero[i] = (int16_t)layer->output_zero;
    }
}

static void pack(nn_layer_t *layer) {
    nn_depthwise_group_t *groups = layer->packed;
    const int32_t count = group_count(layer);
    for (int32_t i = 0; i < count; ++i) {
        pack_group(layer, first_channel(layer, i), &groups[i]);
    }
    memset(groups + count, layer->input_zero, (size_t)layer->in_w * layer->in_c);
}

// Row y of the input: y may be -1 or lie below the last row.
static inline const int8_t *row(const nn_layer_t *layer, const int8_t *input, const int8_t *padding, int32_t row_size,
    int32_t y) {
    return (uint32_t)y < (uint32_t)layer->in_h ? input + y * row_size : padding;
}

// Two output rows at a time; of the last one of an odd number both are the same.
static void run_stride_1(const nn_layer_t *layer, const nn_depthwise_group_t *group, const int8_t *input,
    const int8_t *padding, int8_t *output) {
    const int32_t in_size = layer->in_w * layer->in_c, out_size = layer->out_w * layer->out_c;
    nn_depthwise_rows_t rows = {.step = layer->in_c, .in_w = layer->in_w, .out_w = layer->out_w};
    for (int32_t y = 0; y < layer->out_h; y += 2, output += 2 * out_size) {
        for (int32_t i = 0; i < 4; ++i) {
            rows.in[i] = row(layer, input, padding, in_size, y - 1 + i);
        }
        rows.out[0] = output;
        rows.out[1] = y + 1 < layer->out_h ? output + out_size : output;
        nn_depthwise_walk_1(&rows, group);
    }
}

static void run_stride_2(const nn_layer_t *layer, const nn_depthwise_group_t *group, const int8_t *input,
    const int8_t *padding, int8_t *output) {
    const int32_t in_size = layer->in_w * layer->in_c, out_size = layer->out_w * layer->out_c;
    nn_depthwise_rows_t rows = {.step = layer->in_c, .in_w = layer->in_w, .out_w = layer->out_w};
    for (int32_t y = 0; y < layer->out_h; ++y, output += out_size) {
        for (int32_t i = 0; i < 3; ++i) {
            rows.in[i] = row(layer, input, padding, in_size, 2 * y - 1 + i);
        }
        rows.out[0] = output;
        nn_depthwise_walk_2(&rows, group);
    }
}

static void clamp_high(int8_t *values, uint32_t count, int8_t high) {
    const int8x8_t limit = vdup_n_s8(high);
    // At least 8 values; the last 8 may overlap those before.
    for (uint32_t i = 0; i < count; i += LANES) {
        int8_t *at = values + (i + LANES <= count ? i : count - LANES);
        vst1_s8(at, vmin_s8(vld1_s8(at), limit));
    }
}

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    const nn_depthwise_group_t *groups = layer->packed;
    const int32_t count = group_count(layer);
    const int8_t *padding = (const int8_t *)(groups + count);
    for (int32_t i = 0; i < count; ++i) {
        const int32_t first = first_channel(layer, i);
        (layer->stride == 1 ? run_stride_1 : run_stride_2)(layer, &groups[i], input + first, padding, output + first);
    }
    if (layer->high < INT8_MAX) {
        clamp_high(output, (uint32_t)nn_output_count(layer), (int8_t)layer->high);
    }
}

const nn_kernel_t depthwise_s8_3x3__neon = {
    .run = run, .accepts = accepts, .packed_size = packed_size, .pack = pack,
};

#endif
