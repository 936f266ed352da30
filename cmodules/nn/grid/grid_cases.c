#include "nn_grid.h"

#define MAX_PRODUCTS (400000) // multiply-adds of a case
#define MAX_DENSE (60000)     // inputs: 255 * 127 times as many fit 31 bits
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const int32_t channels[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 15, 16, 17, 20, 23, 24, 25, 31, 32, 33, 40, 48, 63, 64,
    65, 96, 127, 128, 129, 191, 255, 256, 257};
static const int32_t sides[][2] = {{1, 1}, {1, 2}, {2, 1}, {2, 2}, {1, 7}, {8, 1}, {3, 3}, {3, 4}, {4, 3}, {5, 5}, {6, 7},
    {4, 17}, {9, 12}, {16, 16}, {13, 31}};

static int32_t some_channels(void) {
    return grid_random(2) ? channels[grid_random(COUNT(channels))] : grid_between(1, 40);
}

static bool keeps_channels(nn_operator_t op) {
    return op != NN_CONV2D_3X3 && op != NN_POINTWISE && op != NN_DENSE;
}

static int32_t largest_stride(const grid_case_t *at) {
    const int32_t least = at->height < at->width ? at->height : at->width;
    const bool window = at->op == NN_CONV2D_3X3 || at->op == NN_DEPTHWISE_3X3;
    return window ? 2 : at->op == NN_AVGPOOL ? (least < 5 ? least : 5) : 1;
}

static uint64_t products(const grid_case_t *at) {
    const uint64_t positions = (uint64_t)at->height * at->width / (at->stride * at->stride);
    return positions * at->in_c * (keeps_channels(at->op) ? 1 : at->out_c) * (at->op == NN_CONV2D_3X3 ? 9 : 1);
}

static bool fits(const grid_case_t *at) {
    const bool accumulates = at->op != NN_DENSE || at->height * at->width * at->in_c <= MAX_DENSE;
    return accumulates && products(at) <= MAX_PRODUCTS;
}

static void strides(grid_case_t at, void (*each)(const grid_case_t *at)) {
    const int32_t last = largest_stride(&at);
    for (at.stride = 1; at.stride <= last; ++at.stride) {
        if (fits(&at)) {
            each(&at);
        }
    }
}

static grid_case_t random_case(nn_operator_t op) {
    grid_case_t at = {.op = op, .height = grid_between(1, 24), .width = grid_between(1, 40), .in_c = some_channels()};
    at.out_c = keeps_channels(op) ? at.in_c : some_channels();
    return at;
}

void grid_cases(nn_operator_t op, uint32_t more, void (*each)(const grid_case_t *at)) {
    for (size_t side = 0; side < COUNT(sides); ++side) {
        for (size_t c = 0; c < COUNT(channels); ++c) {
            grid_case_t at = {.op = op, .height = sides[side][0], .width = sides[side][1], .in_c = channels[c]};
            at.out_c = keeps_channels(op) ? at.in_c : some_channels();
            strides(at, each);
            if (!keeps_channels(op)) {
                at.out_c = at.in_c;
                at.in_c = some_channels();
                strides(at, each);
            }
        }
    }
    for (uint32_t i = 0; i < more; ++i) {
        strides(random_case(op), each);
    }
}
