#include "ujpeg_motion.h"

void ujpeg_motion_begin(ujpeg_stream_t *stream, const ujpeg_dc_picture_t *picture) {
    ujpeg_dc_picture_t *kept = &stream->kept;
    stream->comparable = kept->valid && kept->width == picture->width && kept->height == picture->height
        && kept->side == picture->side && kept->x == picture->x && kept->y == picture->y && kept->w == picture->w
        && kept->h == picture->h;
    stream->keeping = stream->blocks != NULL && (uint64_t)picture->w * picture->h <= stream->blocks_size;
    stream->difference = 0;
    *kept = *picture;
    kept->valid = false;
}

bool ujpeg_motion_wanted(const ujpeg_stream_t *stream) {
    return stream->keeping;
}

// At most 2^20 blocks of 255: fits 32 bits.
static uint32_t absolute_difference(const uint8_t *a, const uint8_t *b, uint32_t count) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; ++i) {
        sum += a[i] < b[i] ? b[i] - a[i] : a[i] - b[i];
    }
    return sum;
}

void ujpeg_motion_row(ujpeg_stream_t *stream, const uint8_t *pixels, uint32_t row) {
    if (!stream->keeping) {
        return;
    }
    uint8_t *kept = stream->blocks + (size_t)row * stream->kept.w;
    if (stream->comparable) {
        stream->difference += absolute_difference(pixels, kept, stream->kept.w);
    }
    memcpy(kept, pixels, stream->kept.w);
}

void ujpeg_motion_end(ujpeg_stream_t *stream) {
    const ujpeg_dc_picture_t *kept = &stream->kept;
    stream->kept.valid = stream->keeping;
    if (stream->keeping && stream->comparable) {
        stream->motion = (uint32_t)(((uint64_t)stream->difference << 8) / ((uint64_t)kept->w * kept->h));
    }
}
