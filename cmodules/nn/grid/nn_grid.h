// The parts of the grid program.
#ifndef NN_GRID_H
#define NN_GRID_H

#include "nn.h"

// Uniform below `limit`; the same sequence in every run.
uint32_t grid_random(uint32_t limit);
int32_t grid_between(int32_t low, int32_t high);

typedef struct {
    nn_operator_t op;
    int32_t height, width, in_c, out_c, stride;
} grid_case_t;

// A valid layer for the case, with parameters that are random or extreme. Owned by this file until the next call.
nn_layer_t grid_layer(const grid_case_t *at);

// Calls back with every case of the operator's grid, then with `more` random ones.
void grid_cases(nn_operator_t op, uint32_t more, void (*each)(const grid_case_t *at));

// Memory between two pages that cannot be accessed; a block lies against one of them.
typedef struct {
    int8_t *memory;
    int8_t *block;
    size_t size;
} grid_fence_t;

#define GRID_FENCE_SIZE (1u << 20) // largest block

void grid_fence_init(grid_fence_t *fence);
int8_t *grid_fence_place(grid_fence_t *fence, size_t size, bool at_end);
// Whether the bytes around the block are as they were when it was placed.
bool grid_fence_intact(const grid_fence_t *fence);

#endif
