// The parts of the grid program: each runs its kernels over generated cases.
#ifndef IMGPREP_GRID_H
#define IMGPREP_GRID_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t cases, different;
} grid_t;

uint32_t grid_random(uint32_t below);
void grid_fill(uint8_t *pixels, size_t size);
// Memory whose last byte is followed by a page that nobody may touch: a kernel that reads too far ends the program.
uint8_t *grid_memory(size_t size);
void grid_free(void *memory, size_t size);

grid_t grid_resize_area(void);
grid_t grid_sums(void);
grid_t grid_laplacian(void);
grid_t grid_colour_bins(void);
grid_t grid_gradient(void);
grid_t grid_butterfly(void);
grid_t grid_phasor(void);

#endif
