#ifdef __ARM_NEON

#include <arm_neon.h>
#include <string.h>

#include "imgprep_kernels.h"

// Eight rows of cells at a time: sums of columns are made row by row, transposed, and then a cell's columns are added
// for the eight rows at once. Values of rows beyond the picture's last are computed from the last row and dropped.
#define ROWS (8)

typedef struct {
    const uint8_t *pixel; // first row of the span, first column of the chunk
    size_t row;
    uint32_t count; // rows of the span
    uint8_t first, unit, last;
} rows_t;

static inline uint16x8x2_t sum_16(const uint8_t *pixel, rows_t rows, uint32_t count) {
    const uint8x8_t first = vdup_n_u8(rows.first);
    uint8x16_t values = vld1q_u8(pixel);
    uint16x8x2_t sum = {{vmull_u8(vget_low_u8(values), first), vmull_u8(vget_high_u8(values), first)}};
    for (uint32_t k = 1; k < count; ++k) {
        const uint8x8_t weight = vdup_n_u8(k + 1 < count ? rows.unit : rows.last);
        pixel += rows.row;
        values = vld1q_u8(pixel);
        sum.val[0] = vmlal_u8(sum.val[0], vget_low_u8(values), weight);
        sum.val[1] = vmlal_u8(sum.val[1], vget_high_u8(values), weight);
    }
    return sum;
}

static inline void sum_row(rows_t rows, uint32_t count, size_t size, uint16_t *sums) {
    for (size_t i = 0; i + 16 < size; i += 16) {
        vst1q_u16_x2(sums + i, sum_16(rows.pixel + i, rows, count));
    }
    // The last sixteen once more, or some of them.
    vst1q_u16_x2(sums + size - 16, sum_16(rows.pixel + size - 16, rows, count));
}

static void sum_few(rows_t rows, size_t size, uint16_t *sums) {
    for (size_t i = 0; i < size; ++i) {
        uint32_t sum = rows.first * rows.pixel[i];
        for (uint32_t k = 1; k < rows.count; ++k) {
            sum += (uint32_t)(k + 1 < rows.count ? rows.unit : rows.last) * rows.pixel[k * rows.row + i];
        }
        sums[i] = (uint16_t)sum;
    }
}

// At most 255 * 255 a column.
static void sum_rows(rows_t rows, size_t size, uint16_t *sums) {
    if (size < 16) {
        sum_few(rows, size, sums);
    } else if (rows.count == 1) {
        sum_row(rows, 1, size, sums);
    } else if (rows.count == 2) {
        sum_row(rows, 2, size, sums);
    } else if (rows.count == 3) {
        sum_row(rows, 3, size, sums);
    } else {
        sum_row(rows, rows.count, size, sums);
    }
}

static inline void transpose_8x8_u16(const uint16_t *in, size_t stride, uint16_t *out) {
    uint16x8x2_t pair[4];
    for (int i = 0; i < 4; ++i) {
        pair[i] = vtrnq_u16(vld1q_u16(in + 2 * i * stride), vld1q_u16(in + (2 * i + 1) * stride));
    }
    for (int odd = 0; odd < 2; ++odd) {
        const uint32x4x2_t top = vtrnq_u32(vreinterpretq_u32_u16(pair[0].val[odd]), vreinterpretq_u32_u16(pair[1].val[odd]));
        const uint32x4x2_t low = vtrnq_u32(vreinterpretq_u32_u16(pair[2].val[odd]), vreinterpretq_u32_u16(pair[3].val[odd]));
        for (int two = 0; two < 2; ++two) {
            const uint16x8_t a = vreinterpretq_u16_u32(top.val[two]), b = vreinterpretq_u16_u32(low.val[two]);
            vst1q_u16(out + (odd + 2 * two) * ROWS, vcombine_u16(vget_low_u16(a), vget_low_u16(b)));
            vst1q_u16(out + (odd + 2 * two + 4) * ROWS, vcombine_u16(vget_high_u16(a), vget_high_u16(b)));
        }
    }
}

// Eight values of one cell column. See resize_divider_t; vqdmulh gives (n << shift) * factor >> 31.
static inline uint8x8_t quotient(uint32x4_t low, uint32x4_t high, int32x4_t shift, int32_t factor) {
    const int32x4_t a = vqdmulhq_n_s32(vreinterpretq_s32_u32(vshlq_u32(low, shift)), factor);
    const int32x4_t b = vqdmulhq_n_s32(vreinterpretq_s32_u32(vshlq_u32(high, shift)), factor);
    const uint16x8_t both = vcombine_u16(vreinterpret_u16_s16(vshrn_n_s32(a, 16)), vreinterpret_u16_s16(vshrn_n_s32(b, 16)));
    return vshrn_n_u16(both, 6);
}

static inline uint8x8_t cell_column(const uint16_t *sum, size_t step, const resize_cell_t *cell, uint32x4_t half,
    int32x4_t shift, int32_t factor) {
    const uint16x4_t weights = vld1_u16(cell->weights);
    uint16x8_t values = vld1q_u16(sum);
    uint32x4_t low = vmlal_lane_u16(half, vget_low_u16(values), weights, 0);
    uint32x4_t high = vmlal_lane_u16(half, vget_high_u16(values), weights, 0);
    for (uint32_t k = cell->whole; k > 0; --k) {
        sum += step;
        values = vld1q_u16(sum);
        low = vmlal_lane_u16(low, vget_low_u16(values), weights, 1);
        high = vmlal_lane_u16(high, vget_high_u16(values), weights, 1);
    }
    values = vld1q_u16(sum + step);
    low = vmlal_lane_u16(low, vget_low_u16(values), weights, 2);
    high = vmlal_lane_u16(high, vget_high_u16(values), weights, 2);
    return quotient(low, high, shift, factor);
}

// columns: [source column][ROWS] -> out: [cell column][ROWS]
static inline void sum_columns(const uint16_t *columns, size_t channels, const resize_cell_t *cell, uint32_t cells,
    resize_divider_t divider, uint8_t *out) {
    const uint32x4_t half = vdupq_n_u32(divider.half);
    const int32x4_t shift = vdupq_n_s32((int32_t)divider.shift);
    for (const resize_cell_t *end = cell + cells; cell < end; ++cell) {
        const uint16_t *sum = columns + cell->start;
        for (size_t channel = 0; channel < channels; ++channel) {
            vst1_u8(out, cell_column(sum + channel * ROWS, channels * ROWS, cell, half, shift,
                (int32_t)divider.factor));
            out += ROWS;
        }
    }
}

static inline void store_8x8(const uint8_t *in, uint8_t *dst, size_t stride) {
    uint8x8x2_t pair[4];
    for (int i = 0; i < 4; ++i) {
        pair[i] = vtrn_u8(vld1_u8(in + 2 * i * ROWS), vld1_u8(in + (2 * i + 1) * ROWS));
    }
    for (int odd = 0; odd < 2; ++odd) {
        const uint16x4x2_t top = vtrn_u16(vreinterpret_u16_u8(pair[0].val[odd]), vreinterpret_u16_u8(pair[1].val[odd]));
        const uint16x4x2_t low = vtrn_u16(vreinterpret_u16_u8(pair[2].val[odd]), vreinterpret_u16_u8(pair[3].val[odd]));
        for (int two = 0; two < 2; ++two) {
            const uint32x2x2_t both = vtrn_u32(vreinterpret_u32_u16(top.val[two]), vreinterpret_u32_u16(low.val[two]));
            vst1_u8(dst + (odd + 2 * two) * stride, vreinterpret_u8_u32(both.val[0]));
            vst1_u8(dst + (odd + 2 * two + 4) * stride, vreinterpret_u8_u32(both.val[1]));
        }
    }
}

// out: [size][ROWS] -> dst: `rows` rows of `size` values
static void store(const uint8_t *out, size_t size, uint8_t *dst, size_t stride, uint32_t rows) {
    if (size < 8 || rows < ROWS) {
        for (size_t i = 0; i < size; ++i) {
            for (uint32_t y = 0; y < rows; ++y) {
                dst[y * stride + i] = out[i * ROWS + y];
            }
        }
        return;
    }
    for (size_t i = 0; i + 8 < size; i += 8) {
        store_8x8(out + i * ROWS, dst + i, stride);
    }
    store_8x8(out + (size - 8) * ROWS, dst + size - 8, stride);
}

// `cells` cells of every row, from the cursor's on.
static void resize_chunk(const resize_area_t *job, resize_cursor_t across, uint32_t cells, resize_divider_t divider,
    uint8_t *dst) {
    uint16_t sums[ROWS][RESIZE_CHUNK], columns[(RESIZE_CHUNK + RESIZE_CHANNELS) * ROWS];
    uint8_t out[RESIZE_CHUNK * ROWS];
    resize_cell_t cell[RESIZE_CHUNK];
    const size_t channels = job->channels, stride = job->dst_w * channels;
    const size_t size = resize_pixels(&across, cells) * channels;
    const uint8_t *corner = job->src + across.index * channels;
    resize_cursor_t down = resize_cursor(job->down);
    uint32_t rows;
    resize_find_cells(across, cells, channels * ROWS, cell);
    for (uint32_t y = 0; y < job->dst_h; y += rows) {
        rows = job->dst_h - y < ROWS ? job->dst_h - y : ROWS;
        for (uint32_t i = 0; i < rows; ++i) {
            const resize_span_t span = resize_next(&down);
            const rows_t part = {corner + span.index * job->row, job->row, 1 + span.whole + (span.last != 0),
                (uint8_t)span.first, (uint8_t)down.unit, (uint8_t)(span.last ? span.last : down.unit)};
            sum_rows(part, size, sums[i]);
        }
        for (uint32_t i = rows; i < ROWS; ++i) {
            memcpy(sums[i], sums[rows - 1], size * sizeof(uint16_t));
        }
        for (size_t i = 0; i < size; i += 8) {
            transpose_8x8_u16(sums[0] + i, RESIZE_CHUNK, columns + i * ROWS);
        }
        if (channels == 1) {
            sum_columns(columns, 1, cell, cells, divider, out);
        } else {
            sum_columns(columns, 3, cell, cells, divider, out);
        }
        store(out, cells * channels, dst + y * stride, stride, rows);
    }
}

void resize_area_u8__neon(const resize_area_t *job) {
    const resize_divider_t divider = resize_divider(job->across.cell * job->down.cell);
    const uint32_t pixels = RESIZE_CHUNK / job->channels;
    resize_cursor_t across = resize_cursor(job->across);
    uint32_t cells;
    for (uint32_t x = 0; x < job->dst_w; x += cells) {
        cells = resize_cells(&across, pixels, job->dst_w - x < pixels ? job->dst_w - x : pixels);
        resize_chunk(job, across, cells, divider, job->dst + (size_t)x * job->channels);
        resize_skip(&across, cells);
    }
}

#endif
