#include <stdio.h>
#include <stdlib.h>

#include "frame_grid.h"

static int8_t weights[GRID_OUTPUTS * 64 * 64 * 3];
static int32_t bias[GRID_OUTPUTS], multiplier[GRID_OUTPUTS];
static uint8_t shift[GRID_OUTPUTS];

// Sums of n products grow with the root of n: outputs are spread over the int8 range.
static uint8_t usual_shift(uint32_t count) {
    uint8_t bits = 0;
    for (; count; count >>= 1) {
        ++bits;
    }
    return (uint8_t)(6 + bits / 2);
}

const nn_net_t *grid_network(const frame_plan_t *plan) {
    static nn_net_t net;
    static void *packed;
    const uint32_t count = (uint32_t)frame_input_size(plan);
    for (uint32_t i = 0; i < GRID_OUTPUTS * count; ++i) {
        weights[i] = (int8_t)grid_between(-127, 127);
    }
    for (uint32_t i = 0; i < GRID_OUTPUTS; ++i) {
        bias[i] = grid_between(-20000, 20000);
        multiplier[i] = grid_between(1 << 30, INT32_MAX);
        shift[i] = usual_shift(count);
    }
    uint32_t arena_size, packed_size;
    free(packed);
    packed = NULL;
    nn_status_t status = nn_net_init(&net, plan->input_h, plan->input_w, plan->channels);
    status = status ? status : nn_net_add(&net, NN_DENSE, 1, GRID_OUTPUTS, -128, 0, -128, 127, weights,
        GRID_OUTPUTS * count, bias, sizeof bias, multiplier, sizeof multiplier, shift, sizeof shift);
    status = status ? status : nn_net_plan(&net, &arena_size, &packed_size);
    packed = status ? NULL : malloc(packed_size + 1);
    status = status ? status : nn_net_pack(&net, packed, packed_size);
    if (status) {
        fprintf(stderr, "network: %s\n", nn_sentence(status));
        exit(2);
    }
    return &net;
}
