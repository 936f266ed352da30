// JPEG decoding and encoding on libjpeg-turbo. Nothing here knows MicroPython; libjpeg's memory manager is the only
// allocator and is emptied on every path.
#ifndef UJPEG_H
#define UJPEG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Pixels of the largest picture whose header is believed.
#define UJPEG_MAX_PIXELS (64000000u)
// Pixels of the largest picture that needs all its coefficients in memory (progressive, or a scan per component):
// up to 6 bytes a pixel.
#define UJPEG_MAX_BUFFERED_PIXELS (8000000u)
// Scans of a progressive picture; more cost time without limit.
#define UJPEG_MAX_SCANS (100)

typedef enum {
    UJPEG_OK = 0,
    UJPEG_EMPTY,
    UJPEG_NOT_JPEG,
    UJPEG_TRUNCATED,
    UJPEG_DAMAGED,
    UJPEG_UNSUPPORTED,
    UJPEG_COLOURS,
    UJPEG_TOO_LARGE,
    UJPEG_TOO_LARGE_BUFFERED,
    UJPEG_NO_MEMORY,
    UJPEG_DENOMINATOR,
    UJPEG_REGION,
    UJPEG_OUT_TOO_SMALL,
    UJPEG_DIMENSIONS,
    UJPEG_CHANNELS,
    UJPEG_QUALITY,
    UJPEG_PIXELS_TOO_SHORT,
    UJPEG_STATUS_COUNT,
} ujpeg_status_t;

// One English sentence without a full stop, for every status.
const char *ujpeg_sentence(ujpeg_status_t status);

// Reads the header only. info receives width, height, components, 1 if progressive else 0.
ujpeg_status_t ujpeg_info(const uint8_t *data, size_t size, uint32_t info[4]);

// Decodes to luma (rgb false) or RGB at scale 1/denominator (1, 2, 4, 8). region is x, y, w, h in pixels of the scaled
// picture, NULL for all of it; out receives w*h*(1 or 3) bytes, tightly packed, out_shape w and h. Chroma is replicated,
// not interpolated, so that a region equals the same crop of the whole picture. Data after the last row of the region
// is not looked at; a region that ends with the picture wants the end-of-image marker too.
ujpeg_status_t ujpeg_decode(const uint8_t *data, size_t size, int32_t denominator, const int32_t region[4], bool rgb,
    uint8_t *out, size_t out_size, uint32_t out_shape[2]);

// Baseline JPEG of w*h*channels pixels (channels 1: luma, 3: RGB, stored as YCbCr 4:2:0), quality 1..100.
ujpeg_status_t ujpeg_encode(const uint8_t *pixels, size_t pixels_size, int32_t w, int32_t h, int32_t channels,
    int32_t quality, uint8_t *out, size_t out_size, size_t *length);

#endif
