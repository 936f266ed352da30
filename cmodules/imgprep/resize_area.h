// Inside imgprep_resize_area: one axis' arithmetic, and the kernels.
#ifndef RESIZE_AREA_H
#define RESIZE_AREA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Along one axis a source pixel is `unit` long and a cell `cell`, so that both grids fall on integers. Divided by
// their greatest common divisor, which leaves every result as it is: with sum = g*s and total = g*t,
// floor((g*s + floor(g*t/2)) / (g*t)) = floor((s + floor(t/2)) / t), because what floor(t/2) loses is below 1/t.
typedef struct {
    uint32_t unit, cell;
} resize_axis_t;

typedef struct {
    const uint8_t *src; // first byte of the region
    size_t row;         // bytes from one source row to the next
    uint32_t channels;
    uint8_t *dst;
    uint32_t dst_w, dst_h;
    resize_axis_t across, down;
} resize_area_t;

// Division of n < 256 * total by total: floor((n << shift) * factor / 2^53), for total < 2^22. total << shift lies in
// (2^22, 2^23], so n << shift is below 2^31, factor = ceil(2^53 / (total << shift)) is in [2^30, 2^31), and the error
// (n << shift) / 2^53 < 2^-22 < 1 / total.
typedef struct {
    uint32_t half, shift, factor;
} resize_divider_t;

#define RESIZE_MAX_TOTAL ((uint32_t)1 << 22)

resize_divider_t resize_divider(uint32_t total);

// A cell covers its first pixel with weight `first`, `whole` pixels with weight `unit`, then one with weight `last`,
// which may be 0. The weights sum to `cell`.
typedef struct {
    uint32_t index; // of the first pixel
    uint32_t first, whole, last;
} resize_span_t;

// Where the next cell starts: pixel and remainder; the steps avoid a division for every cell.
typedef struct {
    uint32_t unit, cell;
    uint32_t step_index, step_rest;
    uint32_t index, rest;
} resize_cursor_t;

static inline resize_cursor_t resize_cursor(resize_axis_t axis) {
    return (resize_cursor_t) {.unit = axis.unit, .cell = axis.cell, .step_index = axis.cell / axis.unit,
        .step_rest = axis.cell % axis.unit};
}

static inline resize_span_t resize_next(resize_cursor_t *cursor) {
    const uint32_t start_index = cursor->index;
    const uint32_t start_rest = cursor->rest;
    cursor->index += cursor->step_index;
    cursor->rest += cursor->step_rest;
    if (cursor->rest >= cursor->unit) {
        cursor->rest -= cursor->unit;
        cursor->index += 1;
    }
    if (cursor->index == start_index) {
        return (resize_span_t) {start_index, cursor->cell, 0, 0};
    }
    return (resize_span_t) {start_index, cursor->unit - start_rest, cursor->index - start_index - 1, cursor->rest};
}

// How many cells, from the cursor's on and at most `left`, lie within `pixels` source pixels; 0: not even one.
uint32_t resize_cells(const resize_cursor_t *cursor, uint32_t pixels, uint32_t left);

// Source pixels that the next `cells` cells touch.
uint32_t resize_pixels(const resize_cursor_t *cursor, uint32_t cells);

void resize_skip(resize_cursor_t *cursor, uint32_t cells);

// A cell's weights first, unit, last, 0, and where it starts, in values from the chunk's first on. A `last` of 0 is added
// like any other: it costs less than to ask, and chunks have room for one more pixel.
typedef struct {
    uint16_t weights[4];
    uint16_t start, whole;
} resize_cell_t;

// `step` values from one source pixel of the chunk to the next.
void resize_find_cells(resize_cursor_t across, uint32_t cells, size_t step, resize_cell_t *cell);

// Source values of one row that a kernel keeps at a time: a cell of all channels must fit.
#define RESIZE_CHUNK (256)
#define RESIZE_CHANNELS (3) // at most

// Outside the list of kernels, for any size. 64-bit sums and divisions.
void resize_area_u8_wide__c(const resize_area_t *job);
// The kernels resize_area_u8: across.cell * down.cell < RESIZE_MAX_TOTAL, and a cell fits the chunk; with NEON also
// down.cell at most this, so that sums of a column stay in 16 bits and weights in 8.
#define RESIZE_NEON_MAX_CELL (255)

#endif
