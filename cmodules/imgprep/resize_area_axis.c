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
