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

// A stream: pictures of one camera, one after the other. Its tables are kept between pictures, and baseline Huffman
// pictures take a fast path of our own; everything else goes to libjpeg-turbo. Sizes and pixels equal ujpeg_decode()'s
// in every case, and so do refusals, with one exception: damage inside a restart interval that ends above the region
// is not looked at.
typedef struct ujpeg_stream ujpeg_stream_t;

// Bytes of the caller-owned state, aligned to 8.
size_t ujpeg_stream_size(void);
void ujpeg_stream_init(ujpeg_stream_t *stream);

// Bytes of scratch one call needs for a picture of up to max_jpeg bytes; may be 0.
size_t ujpeg_stream_scratch_size(size_t max_jpeg);

// As ujpeg_decode().
ujpeg_status_t ujpeg_stream_decode(ujpeg_stream_t *stream, void *scratch, size_t scratch_size, const uint8_t *data,
    size_t size, int32_t denominator, const int32_t region[4], bool rgb, uint8_t *out, size_t out_size,
    uint32_t out_shape[2]);

// Whether the last call took the fast path.
bool ujpeg_stream_was_fast(const ujpeg_stream_t *stream);

// Motion gate. The stream keeps the DC picture of the region (luma at scale 1/8 of every 8x8 block that the region
// touches, uint8, tightly packed) in a buffer of the caller's, and compares each picture's with the one before.
// blocks NULL or too small for the region turns it off. The buffer must live as long as the stream or the next call.
void ujpeg_stream_set_motion(ujpeg_stream_t *stream, uint8_t *blocks, size_t blocks_size);

// Bytes of that buffer for a region of w x h pixels, any position, at scale 1/denominator.
size_t ujpeg_motion_size(uint32_t w, uint32_t h, int32_t denominator);

#define UJPEG_MOTION_UNKNOWN (UINT32_MAX)

// Mean absolute difference of the last two pictures' DC pictures in 1/256 grey levels (0..65280), rounded down;
// UJPEG_MOTION_UNKNOWN unless both took the fast path with equal size, scale and region.
uint32_t ujpeg_stream_motion(const ujpeg_stream_t *stream);

// Baseline JPEG of w*h*channels pixels (channels 1: luma, 3: RGB, stored as YCbCr 4:2:0), quality 1..100.
ujpeg_status_t ujpeg_encode(const uint8_t *pixels, size_t pixels_size, int32_t w, int32_t h, int32_t channels,
    int32_t quality, uint8_t *out, size_t out_size, size_t *length);

#endif
