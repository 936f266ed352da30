#include <string.h>

#include "ujpeg_luma.h"
#include "ujpeg_stream.h"

size_t ujpeg_stream_size(void) {
    return (sizeof(ujpeg_stream_t) + 7) & ~(size_t)7;
}

void ujpeg_stream_init(ujpeg_stream_t *stream) {
    memset(stream, 0, sizeof *stream);
    stream->motion = UJPEG_MOTION_UNKNOWN;
}

size_t ujpeg_stream_scratch_size(size_t max_jpeg) {
    (void)max_jpeg;
    return 0;
}

static bool part_fits(int32_t start, int32_t length, uint32_t whole) {
    return start >= 0 && length >= 1 && (uint64_t)start + (uint64_t)length <= whole;
}

// False for a region that is refused; libjpeg-turbo's path then says so.
static bool aim(ujpeg_target_t *target, const ujpeg_header_t *header, int32_t denominator, const int32_t region[4]) {
    const uint32_t whole_w = (header->width + denominator - 1) / denominator;
    const uint32_t whole_h = (header->height + denominator - 1) / denominator;
    const int32_t all[4] = {0, 0, (int32_t)whole_w, (int32_t)whole_h};
    const int32_t *part = region ? region : all;
    target->x = part[0];
    target->y = part[1];
    target->w = part[2];
    target->h = part[3];
    target->side = 8 / denominator;
    target->to_bottom = target->y + target->h == whole_h;
    return part_fits(part[0], part[2], whole_w) && part_fits(part[1], part[3], whole_h);
}

static bool decode_fast(ujpeg_stream_t *stream, const uint8_t *data, size_t size, int32_t denominator,
    const int32_t region[4], bool rgb, uint8_t *out, size_t out_size, uint32_t out_shape[2]) {
    ujpeg_header_t header;
    ujpeg_target_t target = { .out = out };
    if (rgb || (denominator != 1 && denominator != 2 && denominator != 4 && denominator != 8)
        || !ujpeg_header_read(&header, data, size) || !aim(&target, &header, denominator, region)
        || (uint64_t)target.w * target.h > out_size || !ujpeg_luma_decode(stream, &header, &target, data + size)) {
        return false;
    }
    out_shape[0] = target.w;
    out_shape[1] = target.h;
    return true;
}

ujpeg_status_t ujpeg_stream_decode(ujpeg_stream_t *stream, void *scratch, size_t scratch_size, const uint8_t *data,
    size_t size, int32_t denominator, const int32_t region[4], bool rgb, uint8_t *out, size_t out_size,
    uint32_t out_shape[2]) {
    (void)scratch;
    (void)scratch_size;
    stream->motion = UJPEG_MOTION_UNKNOWN;
    stream->fast = decode_fast(stream, data, size, denominator, region, rgb, out, out_size, out_shape);
    if (stream->fast) {
        return UJPEG_OK;
    }
    stream->kept.valid = false;
    return ujpeg_decode(data, size, denominator, region, rgb, out, out_size, out_shape);
}

bool ujpeg_stream_was_fast(const ujpeg_stream_t *stream) {
    return stream->fast;
}

void ujpeg_stream_set_motion(ujpeg_stream_t *stream, uint8_t *blocks, size_t blocks_size) {
    stream->blocks = blocks;
    stream->blocks_size = blocks_size;
    stream->kept.valid = false;
    stream->motion = UJPEG_MOTION_UNKNOWN;
}

size_t ujpeg_motion_size(uint32_t w, uint32_t h, int32_t denominator) {
    const uint32_t side = 8 / denominator; // pixels of a block at this scale
    // A region that starts on a block's last pixel touches one block more than its own size.
    return (size_t)((w + 2 * side - 2) / side) * ((h + 2 * side - 2) / side);
}

uint32_t ujpeg_stream_motion(const ujpeg_stream_t *stream) {
    return stream->motion;
}
