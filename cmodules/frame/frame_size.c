#include "frame.h"

enum { SOI = 0xD8, SOS = 0xDA, MARKER_BYTES = 4, SOF_BYTES = 9 };

static inline uint32_t big_endian_16(const uint8_t *at) {
    return (uint32_t)at[0] << 8 | at[1];
}

static inline bool is_start_of_frame(uint8_t marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// Segments that follow each other without a gap, as every encoder writes them, are stepped over. false where anything
// else is met.
static bool walk(const uint8_t *jpeg, size_t size, uint32_t shape[2]) {
    if (size < 2 || jpeg[0] != 0xFF || jpeg[1] != SOI) {
        return false;
    }
    size_t at = 2;
    while (size - at >= SOF_BYTES) {
        const uint8_t *segment = jpeg + at;
        const uint32_t length = big_endian_16(segment + 2);
        if (segment[0] != 0xFF || segment[1] < 0xC0 || segment[1] == 0xFF || segment[1] == SOS || length < 2) {
            return false;
        }
        if (is_start_of_frame(segment[1])) {
            shape[0] = big_endian_16(segment + 7);
            shape[1] = big_endian_16(segment + 5);
            return true;
        }
        if (size - at - 2 < length) {
            return false;
        }
        at += 2 + length;
    }
    return false;
}

frame_status_t frame_jpeg_size(const uint8_t *jpeg, size_t size, uint32_t shape[2]) {
    if (walk(jpeg, size, shape)) {
        return FRAME_OK;
    }
    uint32_t info[4];
    const ujpeg_status_t status = ujpeg_info(jpeg, size, info);
    if (status != UJPEG_OK) {
        return FRAME_OF_UJPEG + status;
    }
    shape[0] = info[0];
    shape[1] = info[1];
    return FRAME_OK;
}
