// The parts of the grid program.
#ifndef FRAME_GRID_H
#define FRAME_GRID_H

#include "frame.h"

// Uniform below `limit`; the same sequence in every run.
uint32_t grid_random(uint32_t limit);
int32_t grid_between(int32_t low, int32_t high);

// Memory of exactly `size` bytes that begins or, rounded up to `alignment`, ends at a page that cannot be accessed.
typedef struct {
    uint8_t *block;
    size_t size;
    uint8_t *mapped;
    size_t mapped_size;
} grid_memory_t;

grid_memory_t grid_memory(size_t size, size_t alignment, bool at_end);
// Whether the bytes between the block's end and the page are as they were.
bool grid_memory_intact(const grid_memory_t *memory);
void grid_memory_free(const grid_memory_t *memory);

// A network for pictures of the plan with `GRID_OUTPUTS` outputs and random weights, which live until the next call.
#define GRID_OUTPUTS (3)
const nn_net_t *grid_network(const frame_plan_t *plan);

#endif
