#include <string.h>

#include "ujpeg_error.h"

typedef struct {
    struct jpeg_compress_struct cinfo;
    struct jpeg_destination_mgr destination;
    ujpeg_error_t error;
    JOCTET beyond; // where a byte goes that does not fit any more
    bool full;
} encoder_t;

static void init_destination(j_compress_ptr cinfo) {
    (void)cinfo;
}

// libjpeg asks for more room as soon as the last byte is taken, even if the picture ends there.
static boolean refuse_more_output(j_compress_ptr cinfo) {
    encoder_t *encoder = (encoder_t *)cinfo; // its first member
    if (encoder->full) {
        ujpeg_error_raise(&encoder->error, UJPEG_OUT_TOO_SMALL);
    }
    encoder->full = true;
    encoder->destination.next_output_byte = &encoder->beyond;
    encoder->destination.free_in_buffer = 1;
    return TRUE;
}

static void term_destination(j_compress_ptr cinfo) {
    (void)cinfo;
}

static void set_destination(encoder_t *encoder, uint8_t *out, size_t out_size) {
    encoder->destination.init_destination = init_destination;
    encoder->destination.empty_output_buffer = refuse_more_output;
    encoder->destination.term_destination = term_destination;
    encoder->destination.next_output_byte = out;
    encoder->destination.free_in_buffer = out_size;
    encoder->cinfo.dest = &encoder->destination;
}

static void encode(encoder_t *encoder, const uint8_t *pixels, int32_t w, int32_t h, int32_t channels, int32_t quality) {
    struct jpeg_compress_struct *cinfo = &encoder->cinfo;
    cinfo->image_width = w;
    cinfo->image_height = h;
    cinfo->input_components = channels;
    cinfo->in_color_space = channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(cinfo);
    jpeg_set_quality(cinfo, quality, TRUE);
    cinfo->dct_method = JDCT_ISLOW;
    jpeg_start_compress(cinfo, TRUE);
    for (int32_t y = 0; y < h; ++y, pixels += (size_t)w * channels) {
        JSAMPROW row = (JSAMPROW)pixels; // libjpeg only reads it
        jpeg_write_scanlines(cinfo, &row, 1);
    }
    jpeg_finish_compress(cinfo);
}

static ujpeg_status_t check(size_t pixels_size, int32_t w, int32_t h, int32_t channels, int32_t quality) {
    if (channels != 1 && channels != 3) {
        return UJPEG_CHANNELS;
    }
    if (quality < 1 || quality > 100) {
        return UJPEG_QUALITY;
    }
    if (w < 1 || w > JPEG_MAX_DIMENSION || h < 1 || h > JPEG_MAX_DIMENSION || (uint64_t)w * h > UJPEG_MAX_PIXELS) {
        return UJPEG_DIMENSIONS;
    }
    return (uint64_t)w * h * channels > pixels_size ? UJPEG_PIXELS_TOO_SHORT : UJPEG_OK;
}

ujpeg_status_t ujpeg_encode(const uint8_t *pixels, size_t pixels_size, int32_t w, int32_t h, int32_t channels,
    int32_t quality, uint8_t *out, size_t out_size, size_t *length) {
    const ujpeg_status_t refused = check(pixels_size, w, h, channels, quality);
    if (refused != UJPEG_OK) {
        return refused;
    }
    if (out_size == 0) {
        return UJPEG_OUT_TOO_SMALL;
    }
    encoder_t encoder;
    memset(&encoder, 0, sizeof encoder);
    encoder.cinfo.err = ujpeg_error_init(&encoder.error);
    ujpeg_status_t status = UJPEG_OK;
    if (setjmp(encoder.error.jump) == 0) {
        jpeg_create_compress(&encoder.cinfo);
        set_destination(&encoder, out, out_size);
        encode(&encoder, pixels, w, h, channels, quality);
        *length = encoder.full ? out_size : out_size - encoder.destination.free_in_buffer;
    } else {
        status = encoder.error.status;
    }
    jpeg_destroy_compress(&encoder.cinfo);
    return status;
}
