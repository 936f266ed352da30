// ujpeg_stream_decode() against ujpeg_decode(): the same status, shape and pixels for every picture of one stream.
// Input: options, x, y, w, h of the region, then JPEGs, where a picture ends before an FF D8 behind an FF D9; or, as an
// option, what jpeg_compose() makes pictures from.
#include <stdbool.h>
#include <stdio.h>

#include "bytes.h"
#include "jpeg_compose.h"
#include "jpeg_segments.h"
#include "ujpeg.h"

#define MAX_PICTURES (3)
#define MAX_PIXELS (96u * 96u)
#define MAX_COMPOSED (1u << 16) // bytes

enum {
    OPTION_DENOMINATOR = 3, // two bits: log2 of it
    OPTION_RGB = 4,
    OPTION_REGION = 8,
    OPTION_MOTION = 16,
    OPTION_SHORT = 32, // the output buffer lacks a byte
    OPTION_ZOOM = 64,  // the next picture at the next scale
    OPTION_COMPOSED = 128,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    const uint8_t *data;
    size_t size;
    int32_t denominator;
    const int32_t *region; // NULL: all
    bool rgb;
    size_t out_size;
} request_t;

static void differs(const char *what, int fast, int reference) {
    fprintf(stderr, "fuzz: %s differs: %d, libjpeg-turbo %d\n", what, fast, reference);
    abort();
}

// The one documented difference: damage above the region, in a restart interval that the fast path jumps over.
static bool may_overlook(const request_t *request, ujpeg_status_t reference) {
    return (reference == UJPEG_DAMAGED || reference == UJPEG_TRUNCATED) && request->region != NULL
        && request->region[1] > 0 && jpeg_find_marker(request->data, request->size, 0xDD) < request->size;
}

// `status`, `fast` and `fast_shape` are what the fast path gave.
static void compare(const request_t *request, ujpeg_status_t status, const uint8_t *fast, const uint32_t fast_shape[2]) {
    uint8_t *reference = block(request->out_size);
    uint32_t shape[2] = {0, 0};
    const ujpeg_status_t expected = ujpeg_decode(request->data, request->size, request->denominator, request->region,
        request->rgb, reference, request->out_size, shape);
    if (status != expected && !(status == UJPEG_OK && may_overlook(request, expected))) {
        differs("the status", status, expected);
    }
    if (expected == UJPEG_OK) {
        if (memcmp(fast_shape, shape, sizeof shape) != 0) {
            differs("the shape", fast_shape[0], shape[0]);
        }
        const size_t count = (size_t)shape[0] * shape[1] * (request->rgb ? 3 : 1);
        for (size_t i = 0; i < count; ++i) {
            if (fast[i] != reference[i]) {
                fprintf(stderr, "fuzz: byte %zu of %ux%u\n", i, shape[0], shape[1]);
                differs("a pixel", fast[i], reference[i]);
            }
        }
    }
    free(reference);
}

// Whatever the fast path did not serve came from ujpeg_decode() itself: there is nothing to compare with.
static void decode(ujpeg_stream_t *stream, const request_t *request) {
    uint8_t *out = block(request->out_size);
    const size_t scratch_size = ujpeg_stream_scratch_size(request->size);
    void *scratch = block(scratch_size);
    uint32_t shape[2] = {0, 0};
    const ujpeg_status_t status = ujpeg_stream_decode(stream, scratch, scratch_size, request->data, request->size,
        request->denominator, request->region, request->rgb, out, request->out_size, shape);
    if (ujpeg_stream_was_fast(stream)) {
        compare(request, status, out, shape);
    }
    free(scratch);
    free(out);
}

// What the output buffer must hold; a few bytes where the header is not readable.
static size_t wanted(const request_t *request) {
    uint32_t info[4];
    if (request->region != NULL) {
        return (size_t)request->region[2] * request->region[3] * (request->rgb ? 3 : 1);
    }
    if (ujpeg_info(request->data, request->size, info) != UJPEG_OK) {
        return 16;
    }
    const uint32_t denominator = request->denominator;
    return (size_t)((info[0] + denominator - 1) / denominator) * ((info[1] + denominator - 1) / denominator)
        * (request->rgb ? 3 : 1);
}

// One picture, from a block of exactly its size.
static void decode_one(ujpeg_stream_t *stream, uint8_t options, uint32_t scale, const int32_t region[4],
    const uint8_t *data, size_t size) {
    request_t request = {
        .data = block_of(data, size), .size = size, .denominator = 1 << scale,
        .region = options & OPTION_REGION ? region : NULL, .rgb = options & OPTION_RGB,
    };
    request.out_size = wanted(&request);
    request.out_size -= options & OPTION_SHORT && request.out_size ? 1 : 0;
    decode(stream, &request);
    free((void *)request.data);
}

static uint32_t next_scale(uint8_t options, uint32_t scale) {
    return (scale + (options & OPTION_ZOOM ? 1 : 0)) % 4;
}

static void decode_given(ujpeg_stream_t *stream, uint8_t options, const int32_t region[4], bytes_t rest) {
    uint32_t scale = options & OPTION_DENOMINATOR;
    for (int i = 0; i < MAX_PICTURES && rest.size; ++i) {
        const size_t length = jpeg_picture_length(rest.data, rest.size);
        decode_one(stream, options, scale, region, rest.data, length);
        rest.data += length;
        rest.size -= length;
        scale = next_scale(options, scale);
    }
}

// `length` pixels from `start`, made to lie in a picture of `whole`.
static void fit(int32_t *start, int32_t *length, uint32_t whole) {
    *start %= (int32_t)whole;
    *length = 1 + *length % ((int32_t)whole - *start);
}

static void decode_composed(ujpeg_stream_t *stream, uint8_t options, const int32_t region[4], bytes_t rest) {
    static uint8_t picture[MAX_COMPOSED];
    uint32_t scale = options & OPTION_DENOMINATOR;
    jpeg_spec_t specs[MAX_PICTURES];
    const uint32_t count = 1 + take(&rest) % MAX_PICTURES;
    for (uint32_t i = 0; i < count; ++i) {
        specs[i] = jpeg_spec_take(&rest, i ? &specs[i - 1] : NULL);
    }
    for (uint32_t i = 0; i < count; ++i) {
        const size_t size = jpeg_compose(&specs[i], &rest, picture, sizeof picture);
        const uint32_t denominator = 1u << scale;
        int32_t part[4] = {region[0], region[1], region[2], region[3]};
        fit(&part[0], &part[2], (jpeg_spec_width(&specs[i]) + denominator - 1) / denominator);
        fit(&part[1], &part[3], (jpeg_spec_height(&specs[i]) + denominator - 1) / denominator);
        decode_one(stream, options & ~OPTION_RGB, scale, part, picture, size);
        scale = next_scale(options, scale);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bytes_t rest = {data, size};
    const uint8_t options = take(&rest);
    int32_t region[4];
    for (int i = 0; i < 4; ++i) {
        region[i] = take(&rest);
    }
    if (!(options & OPTION_COMPOSED) && jpeg_pixels(rest.data, rest.size) > MAX_PIXELS) {
        return -1; // slow, and shows nothing that a small one does not
    }
    ujpeg_stream_t *stream = block(ujpeg_stream_size());
    ujpeg_stream_init(stream);
    uint8_t *motion = NULL;
    if (options & OPTION_MOTION) {
        const size_t motion_size = ujpeg_motion_size(region[2], region[3], 1 << (options & OPTION_DENOMINATOR));
        motion = block(motion_size);
        ujpeg_stream_set_motion(stream, motion, motion_size);
    }
    (options & OPTION_COMPOSED ? decode_composed : decode_given)(stream, options, region, rest);
    free(motion);
    free(stream);
    return 0;
}
