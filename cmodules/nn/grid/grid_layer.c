#include <stdio.h>
#include <stdlib.h>

#include "nn_grid.h"
#include "nn_layer.h"
#include "nn_requantize.h"

#define MAX_CHANNELS (512)
#define MAX_WEIGHTS (GRID_FENCE_SIZE)

static uint32_t state = 20260301;
static int8_t weights[MAX_WEIGHTS];
static int32_t bias[MAX_CHANNELS], multiplier[MAX_CHANNELS];
static uint8_t shift[MAX_CHANNELS];

uint32_t grid_random(uint32_t limit) {
    state = state * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)state * limit) >> 32);
}

int32_t grid_between(int32_t low, int32_t high) {
    return low + (int32_t)grid_random((uint32_t)(high - low + 1));
}

static size_t weights_per_output(const grid_case_t *at) {
    switch (at->op) {
        case NN_CONV2D_3X3:
            return 9 * (size_t)at->in_c;
        case NN_DEPTHWISE_3X3:
            return 9;
        case NN_POINTWISE:
            return at->in_c;
        case NN_DENSE:
            return (size_t)at->height * at->width * at->in_c;
        default:
            return 0;
    }
}

// Random, small (sums of magnitudes far from any limit), only -127 and 127, or one of the two.
static void fill_weights(size_t count) {
    const uint32_t kind = grid_random(5);
    const int8_t same = grid_random(2) ? 127 : -127;
    const int32_t range = kind == 1 ? 40 : 127;
    for (size_t i = 0; i < count; ++i) {
        weights[i] = kind == 2 ? (grid_random(2) ? 127 : -127) : kind == 3 ? same : grid_between(-range, range);
    }
}

static uint64_t magnitude(const grid_case_t *at, size_t channel) {
    const size_t count = weights_per_output(at), step = at->op == NN_DEPTHWISE_3X3 ? (size_t)at->out_c : 1;
    const int8_t *first = weights + (step == 1 ? channel * count : channel);
    uint64_t sum = 0;
    for (size_t i = 0; i < count; ++i) {
        sum += abs(first[i * step]);
    }
    return at->op == NN_AVGPOOL ? (uint64_t)at->height * at->width : sum;
}

static int32_t some_multiplier(uint32_t kind) {
    return kind == 0 ? NN_MULTIPLIER_MIN : kind == 1 ? INT32_MAX : grid_between(NN_MULTIPLIER_MIN, INT32_MAX);
}

// Around the value that spreads outputs over int8, or anywhere.
static uint8_t some_shift(uint32_t kind, uint64_t sum) {
    int32_t usual = 1;
    while (usual < 24 && sum >> usual > 8) {
        ++usual;
    }
    const int32_t near = grid_between(usual - 3, usual + 2);
    return kind == 0 ? NN_SHIFT_MIN : kind == 1 ? NN_SHIFT_MAX : kind == 2 ? grid_between(1, 31) : near < 1 ? 1 : near;
}

static void fill_parameters(const grid_case_t *at, size_t count) {
    const uint32_t multipliers = grid_random(5), shifts = grid_random(8), biases = grid_random(4);
    for (size_t i = 0; i < count; ++i) {
        const uint64_t sum = magnitude(at, i);
        const int32_t room = (int32_t)(INT32_MAX - 255 * sum);
        const int32_t some = grid_between(-3000, 3000);
        bias[i] = biases == 0 ? room : biases == 1 ? -room : abs(some) < room ? some : 0;
        multiplier[i] = some_multiplier(multipliers);
        shift[i] = some_shift(shifts, sum);
    }
}

static int32_t some_int8(void) {
    const uint32_t kind = grid_random(4);
    return kind == 0 ? -128 : kind == 1 ? 127 : grid_between(-128, 127);
}

static void set_range(nn_layer_t *layer) {
    const uint32_t kind = grid_random(4);
    layer->input_zero = some_int8();
    layer->output_zero = some_int8();
    layer->low = kind == 0 ? layer->output_zero : kind == 1 ? grid_between(-128, 127) : -128;
    layer->high = kind == 1 ? grid_between(layer->low, 127) : 127;
}

static nn_status_t check_add(nn_layer_t *layer) {
    const bool extreme = grid_random(4) == 0;
    for (int i = 0; i < 2; ++i) {
        layer->add.multiplier[i] = extreme ? NN_ADD_MULTIPLIER_MAX : grid_between(1, NN_ADD_MULTIPLIER_MAX);
    }
    layer->add.bias = extreme ? (grid_random(2) ? NN_ADD_BIAS_MAX : -NN_ADD_BIAS_MAX) : grid_between(-100000, 100000);
    layer->add.shift = grid_random(3) == 0 ? grid_between(1, 31) : grid_between(18, 22);
    const nn_layer_t source = {.out_h = layer->in_h, .out_w = layer->in_w, .out_c = layer->in_c};
    return nn_layer_check_add(layer, &source);
}

nn_layer_t grid_layer(const grid_case_t *at) {
    const size_t count = weights_per_output(at) * at->out_c, parameters = at->op == NN_AVGPOOL ? 1 : at->out_c;
    nn_layer_t layer = {.op = at->op, .stride = at->stride, .in_h = at->height, .in_w = at->width, .in_c = at->in_c,
        .out_c = at->out_c, .weights = weights, .bias = bias, .multiplier = multiplier, .shift = shift};
    nn_status_t status = NN_OK;
    set_range(&layer);
    if (at->op == NN_ADD) {
        status = check_add(&layer);
    } else if (at->op == NN_PICTURE) {
        layer.out_h = layer.in_h, layer.out_w = layer.in_w;
    } else {
        fill_weights(count);
        fill_parameters(at, parameters);
        status = nn_layer_check(&layer, (nn_sizes_t) {count, 4 * parameters, 4 * parameters, parameters});
    }
    if (status != NN_OK) {
        fprintf(stderr, "the grid made a bad layer: %s\n", nn_sentence(status));
        exit(2);
    }
    return layer;
}
