#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "nn_grid.h"

#define PAGE (4096)
#define MARGIN (64)
#define MARK (0x5a)

void grid_fence_init(grid_fence_t *fence) {
    int8_t *all = mmap(NULL, GRID_FENCE_SIZE + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED || mprotect(all + PAGE, GRID_FENCE_SIZE, PROT_READ | PROT_WRITE) != 0) {
        perror("mmap");
        exit(2);
    }
    fence->memory = all + PAGE;
}

static void each_margin(const grid_fence_t *fence, void (*act)(int8_t *bytes, size_t size, void *context),
    void *context) {
    const size_t before = (size_t)(fence->block - fence->memory), after = GRID_FENCE_SIZE - before - fence->size;
    const size_t near = before < MARGIN ? before : MARGIN;
    act(fence->block - near, near, context);
    act(fence->block + fence->size, after < MARGIN ? after : MARGIN, context);
}

static void mark(int8_t *bytes, size_t size, void *context) {
    (void)context;
    memset(bytes, MARK, size);
}

static void look(int8_t *bytes, size_t size, void *context) {
    for (size_t i = 0; i < size; ++i) {
        *(bool *)context = *(bool *)context && bytes[i] == MARK;
    }
}

int8_t *grid_fence_place(grid_fence_t *fence, size_t size, bool at_end) {
    fence->block = at_end ? fence->memory + GRID_FENCE_SIZE - size : fence->memory;
    fence->size = size;
    each_margin(fence, mark, NULL);
    return fence->block;
}

bool grid_fence_intact(const grid_fence_t *fence) {
    bool intact = true;
    each_margin(fence, look, &intact);
    return intact;
}
