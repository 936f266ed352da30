#include "resize_area.h"

resize_divider_t resize_divider(uint32_t total) {
    resize_divider_t divider = {.half = total / 2};
    while (total << divider.shift <= (uint32_t)1 << 22) {
        ++divider.shift;
    }
    const uint32_t scaled = total << divider.shift;
    divider.factor = (uint32_t)((((uint64_t)1 << 53) + scaled - 1) / scaled);
    return divider;
}

uint32_t resize_cells(const resize_cursor_t *cursor, uint32_t pixels, uint32_t left) {
    const uint64_t room = (uint64_t)pixels * cursor->unit - cursor->rest;
    const uint64_t cells = room / cursor->cell;
    return cells < left ? (uint32_t)cells : left;
}

uint32_t resize_pixels(const resize_cursor_t *cursor, uint32_t cells) {
    return (uint32_t)((cursor->rest + (uint64_t)cells * cursor->cell + cursor->unit - 1) / cursor->unit);
}

void resize_skip(resize_cursor_t *cursor, uint32_t cells) {
    const uint64_t end = cursor->rest + (uint64_t)cells * cursor->cell;
    cursor->index += (uint32_t)(end / cursor->unit);
    cursor->rest = (uint32_t)(end % cursor->unit);
}

void resize_find_cells(resize_cursor_t across, uint32_t cells, size_t step, resize_cell_t *cell) {
    const uint32_t start = across.index;
    for (uint32_t x = 0; x < cells; ++x) {
        const resize_span_t span = resize_next(&across);
        cell[x] = (resize_cell_t) {{(uint16_t)span.first, (uint16_t)across.unit, (uint16_t)span.last, 0},
            (uint16_t)((span.index - start) * step), (uint16_t)span.whole};
    }
}
