#include <stdbool.h>

#include "imgprep.h"

// Along one axis a source pixel is `unit` = dst long and a cell `cell` = src long, so that both grids fall on integers.
// A cell covers its first pixel with weight `first`, `whole` pixels with weight `unit`, then one with weight `last`,
// which may be 0.
typedef struct {
    uint32_t index; // of the first pixel
    uint32_t first;
    uint32_t whole;
    uint32_t last;
} span_t;

// Where the next cell starts: pixel and remainder; the steps avoid a division for every cell.
typedef struct {
    uint32_t unit, cell;
    uint32_t step_index, step_rest;
    uint32_t index, rest;
} cursor_t;

static cursor_t cursor_start(uint32_t src, uint32_t dst) {
    return (cursor_t) {.unit = dst, .cell = src, .step_index = src / dst, .step_rest = src % dst};
}

static inline span_t cursor_next(cursor_t *cursor) {
    const uint32_t start_index = cursor->index;
    const uint32_t start_rest = cursor->rest;
    cursor->index += cursor->step_index;
    cursor->rest += cursor->step_rest;
    if (cursor->rest >= cursor->unit) {
        cursor->rest -= cursor->unit;
        cursor->index += 1;
    }
    if (cursor->index == start_index) {
        return (span_t) {start_index, cursor->cell, 0, 0};
    }
    return (span_t) {start_index, cursor->unit - start_rest, cursor->index - start_index - 1, cursor->rest};
}

// floor(n / divisor) for n < 256 * divisor by one multiplication, where the divisor has at most 22 bits:
// with b bits, s = 8 + 2b and factor = floor(2^s / divisor) + 1, the error of n * factor / 2^s is at most
// n / 2^s < 2^(8+b) / 2^(8+2b) < 1 / divisor; factor <= 2^(9+b) + 1 and n < 2^(8+b), so nothing overflows.
typedef struct {
    uint64_t divisor;
    uint32_t factor; // 0: the divisor is too large, divide
    uint32_t shift;
} divider_t;

static divider_t divider_for(uint64_t divisor) {
    divider_t divider = {.divisor = divisor};
    if (divisor < (1u << 22)) {
        uint32_t bits = 32 - __builtin_clz((uint32_t)divisor);
        divider.shift = 8 + 2 * bits;
        divider.factor = (uint32_t)(((uint64_t)1 << divider.shift) / divisor + 1);
    }
    return divider;
}

static inline uint8_t divide(divider_t divider, uint64_t n) {
    if (divider.factor == 0) {
        return (uint8_t)(n / divider.divisor);
    }
    return (uint8_t)(((uint64_t)(uint32_t)n * divider.factor) >> divider.shift);
}

// At most 255 * src_w: weights of a row sum to the cell's length.
static inline uint32_t row_sum(const uint8_t *pixel, size_t step, span_t span, uint32_t unit) {
    uint32_t sum = span.first * *pixel;
    uint32_t whole = 0;
    for (uint32_t i = 0; i < span.whole; ++i) {
        pixel += step;
        whole += *pixel;
    }
    sum += whole * unit;
    return span.last ? sum + span.last * pixel[step] : sum;
}

static inline uint64_t cell_sum(const uint8_t *pixel, size_t step, size_t row, span_t across, uint32_t across_unit,
    span_t down, uint32_t down_unit) {
    uint64_t sum = (uint64_t)row_sum(pixel, step, across, across_unit) * down.first;
    uint64_t whole = 0;
    for (uint32_t i = 0; i < down.whole; ++i) {
        pixel += row;
        whole += row_sum(pixel, step, across, across_unit);
    }
    sum += whole * down_unit;
    if (down.last) {
        sum += (uint64_t)row_sum(pixel + row, step, across, across_unit) * down.last;
    }
    return sum;
}

static void resize(const uint8_t *src, size_t row, size_t channels, int32_t w, int32_t h, uint8_t *dst, int32_t dst_w,
    int32_t dst_h) {
    const uint64_t total = (uint64_t)w * h;
    const divider_t divider = divider_for(total);
    cursor_t down = cursor_start(h, dst_h);
    for (int32_t y = 0; y < dst_h; ++y) {
        const span_t rows = cursor_next(&down);
        const uint8_t *first_row = src + rows.index * row;
        cursor_t across = cursor_start(w, dst_w);
        for (int32_t x = 0; x < dst_w; ++x) {
            const span_t columns = cursor_next(&across);
            const uint8_t *pixel = first_row + columns.index * channels;
            for (size_t channel = 0; channel < channels; ++channel) {
                uint64_t sum = cell_sum(pixel + channel, channels, row, columns, dst_w, rows, dst_h);
                *dst++ = divide(divider, sum + total / 2);
            }
        }
    }
}

static bool side_fits(int32_t side) {
    return side >= 1 && side <= IMGPREP_MAX_SIDE;
}

static bool part_fits(int32_t start, int32_t length, int32_t whole) {
    return start >= 0 && length >= 1 && (int64_t)start + length <= whole;
}

imgprep_status_t imgprep_resize_area(const uint8_t *src, size_t src_size, int32_t src_w, int32_t src_h,
    int32_t channels, const int32_t region[4], uint8_t *dst, size_t dst_size, int32_t dst_w, int32_t dst_h) {
    if (channels != 1 && channels != 3) {
        return IMGPREP_CHANNELS;
    }
    if (!side_fits(src_w) || !side_fits(src_h) || !side_fits(dst_w) || !side_fits(dst_h)) {
        return IMGPREP_DIMENSIONS;
    }
    const int32_t all[4] = {0, 0, src_w, src_h};
    const int32_t *part = region ? region : all;
    if (!part_fits(part[0], part[2], src_w) || !part_fits(part[1], part[3], src_h)) {
        return IMGPREP_REGION;
    }
    if ((uint64_t)src_w * src_h * channels > src_size) {
        return IMGPREP_SRC_TOO_SHORT;
    }
    if ((uint64_t)dst_w * dst_h * channels > dst_size) {
        return IMGPREP_DST_TOO_SHORT;
    }
    const size_t row = (size_t)src_w * channels;
    const uint8_t *corner = src + part[1] * row + (size_t)part[0] * channels;
    resize(corner, row, channels, part[2], part[3], dst, dst_w, dst_h);
    return IMGPREP_OK;
}
