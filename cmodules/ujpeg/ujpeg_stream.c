#include <string.h>

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

ujpeg_status_t ujpeg_stream_decode(ujpeg_stream_t *stream, void *scratch, size_t scratch_size, const uint8_t *data,
    size_t size, int32_t denominator, const int32_t region[4], bool rgb, uint8_t *out, size_t out_size,
    uint32_t out_shape[2]) {
    (void)scratch;
    (void)scratch_size;
    stream->fast = false;
    stream->motion = UJPEG_MOTION_UNKNOWN;
    return ujpeg_decode(data, size, denominator, region, rgb, out, out_size, out_shape);
}

bool ujpeg_stream_was_fast(const ujpeg_stream_t *stream) {
    return stream->fast;
}

void ujpeg_stream_set_motion(ujpeg_stream_t *stream, uint8_t *blocks, size_t blocks_size) {
    stream->blocks = blocks;
    stream->blocks_size = blocks_size;
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
