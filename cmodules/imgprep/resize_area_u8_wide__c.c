#include "resize_area.h"

// At most 255 * 65500: the weights of a row sum to the cell's length.
static inline uint32_t row_sum(const uint8_t *pixel, size_t step, resize_span_t span, uint32_t unit) {
    uint32_t sum = span.first * *pixel;
    uint32_t whole = 0;
    for (uint32_t i = 0; i < span.whole; ++i) {
        pixel += step;
        whole += *pixel;
    }
    sum += whole * unit;
    return span.last ? sum + span.last * pixel[step] : sum;
}

static inline uint64_t cell_sum(const uint8_t *pixel, const resize_area_t *job, resize_span_t across,
    resize_span_t down) {
    const size_t step = job->channels;
    uint64_t sum = (uint64_t)row_sum(pixel, step, across, job->across.unit) * down.first;
    uint64_t whole = 0;
    for (uint32_t i = 0; i < down.whole; ++i) {
        pixel += job->row;
        whole += row_sum(pixel, step, across, job->across.unit);
    }
    sum += whole * job->down.unit;
    if (down.last) {
        sum += (uint64_t)row_sum(pixel + job->row, step, across, job->across.unit) * down.last;
    }
    return sum;
}

void resize_area_u8_wide__c(const resize_area_t *job) {
    const uint64_t total = (uint64_t)job->across.cell * job->down.cell;
    uint8_t *dst = job->dst;
    resize_cursor_t down = resize_cursor(job->down);
    for (uint32_t y = 0; y < job->dst_h; ++y) {
        const resize_span_t rows = resize_next(&down);
        resize_cursor_t across = resize_cursor(job->across);
        for (uint32_t x = 0; x < job->dst_w; ++x) {
            const resize_span_t columns = resize_next(&across);
            const uint8_t *pixel = job->src + rows.index * job->row + (size_t)columns.index * job->channels;
            for (uint32_t channel = 0; channel < job->channels; ++channel) {
                *dst++ = (uint8_t)((cell_sum(pixel + channel, job, columns, rows) + total / 2) / total);
            }
        }
    }
}
