#include <string.h>

#include "imgprep_kernels.h"

// sums[i] = weighted sum of column i over the cell's rows, at most 255 * down.cell < 2^24. One pass a source row.
static void sum_rows(const uint8_t *pixel, size_t row, size_t size, resize_span_t span, uint32_t unit, uint32_t *sums) {
    if (span.whole == 0 && span.last) {
        for (size_t i = 0; i < size; ++i) {
            sums[i] = span.first * pixel[i] + span.last * pixel[row + i];
        }
        return;
    }
    if (span.whole == 1 && span.last) {
        for (size_t i = 0; i < size; ++i) {
            sums[i] = span.first * pixel[i] + unit * pixel[row + i] + span.last * pixel[2 * row + i];
        }
        return;
    }
    for (size_t i = 0; i < size; ++i) {
        sums[i] = span.first * pixel[i];
    }
    for (uint32_t k = 0; k < span.whole; ++k) {
        pixel += row;
        for (size_t i = 0; i < size; ++i) {
            sums[i] += unit * pixel[i];
        }
    }
    if (span.last) {
        pixel += row;
        for (size_t i = 0; i < size; ++i) {
            sums[i] += span.last * pixel[i];
        }
    }
}

// n = half + at most 255 * total < 2^30.
static inline uint8_t cell_value(const uint32_t *sum, size_t step, const resize_cell_t *cell,
    resize_divider_t divider) {
    uint32_t n = divider.half + cell->weights[0] * *sum;
    for (uint32_t k = cell->whole; k > 0; --k) {
        sum += step;
        n += cell->weights[1] * *sum;
    }
    n += cell->weights[2] * sum[step];
    return (uint8_t)((uint32_t)(((uint64_t)(n << divider.shift) * divider.factor) >> 32) >> 21);
}

static inline void sum_columns(const uint32_t *sums, size_t channels, const resize_cell_t *cell, uint32_t cells,
    resize_divider_t divider, uint8_t *dst) {
    for (const resize_cell_t *end = cell + cells; cell < end; ++cell) {
        for (size_t channel = 0; channel < channels; ++channel) {
            *dst++ = cell_value(sums + cell->start + channel, channels, cell, divider);
        }
    }
}

// `cells` cells of every row, from the cursor's on.
static void resize_chunk(const resize_area_t *job, resize_cursor_t across, uint32_t cells, resize_divider_t divider,
    uint8_t *dst) {
    uint32_t sums[RESIZE_CHUNK + RESIZE_CHANNELS];
    resize_cell_t cell[RESIZE_CHUNK];
    const size_t channels = job->channels;
    const uint8_t *corner = job->src + across.index * channels;
    const size_t size = resize_pixels(&across, cells) * channels;
    resize_cursor_t down = resize_cursor(job->down);
    resize_find_cells(across, cells, channels, cell);
    memset(sums + size, 0, channels * sizeof(uint32_t));
    for (uint32_t y = 0; y < job->dst_h; ++y) {
        const resize_span_t rows = resize_next(&down);
        sum_rows(corner + rows.index * job->row, job->row, size, rows, job->down.unit, sums);
        if (channels == 1) {
            sum_columns(sums, 1, cell, cells, divider, dst);
        } else {
            sum_columns(sums, 3, cell, cells, divider, dst);
        }
        dst += (size_t)job->dst_w * channels;
    }
}

void resize_area_u8__c(const resize_area_t *job) {
    const resize_divider_t divider = resize_divider(job->across.cell * job->down.cell);
    resize_cursor_t across = resize_cursor(job->across);
    const uint32_t pixels = RESIZE_CHUNK / job->channels;
    uint32_t cells;
    for (uint32_t x = 0; x < job->dst_w; x += cells) {
        cells = resize_cells(&across, pixels, job->dst_w - x < pixels ? job->dst_w - x : pixels);
        resize_chunk(job, across, cells, divider, job->dst + (size_t)x * job->channels);
        resize_skip(&across, cells);
    }
}
