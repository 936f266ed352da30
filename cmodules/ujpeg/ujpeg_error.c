#include "ujpeg_error.h"

#include <jerror.h>

static const char *const sentences[UJPEG_STATUS_COUNT] = {
    [UJPEG_OK] = "no error",
    [UJPEG_EMPTY] = "the buffer is empty",
    [UJPEG_NOT_JPEG] = "not a JPEG picture",
    [UJPEG_TRUNCATED] = "the picture is truncated",
    [UJPEG_DAMAGED] = "the picture is damaged",
    [UJPEG_UNSUPPORTED] = "this kind of JPEG is not supported",
    [UJPEG_COLOURS] = "only grey, YCbCr and RGB pictures are supported, not CMYK",
    [UJPEG_TOO_LARGE] = "the header says more than 64 megapixels or a side above 65500",
    [UJPEG_TOO_LARGE_BUFFERED] = "a progressive picture may have at most 8 megapixels",
    [UJPEG_NO_MEMORY] = "out of memory",
    [UJPEG_DENOMINATOR] = "denominator must be 1, 2, 4 or 8",
    [UJPEG_REGION] = "the region is empty or outside the picture",
    [UJPEG_OUT_TOO_SMALL] = "the output buffer is too small",
    [UJPEG_DIMENSIONS] = "width and height must be 1 to 65500, 64 megapixels at most",
    [UJPEG_CHANNELS] = "channels must be 1 or 3",
    [UJPEG_QUALITY] = "quality must be 1 to 100",
    [UJPEG_PIXELS_TOO_SHORT] = "the pixel buffer is shorter than width * height * channels",
};

const char *ujpeg_sentence(ujpeg_status_t status) {
    return (unsigned)status < UJPEG_STATUS_COUNT ? sentences[status] : "unknown status";
}

static ujpeg_status_t status_of_error(int code) {
    switch (code) {
        case JERR_INPUT_EMPTY:
            return UJPEG_EMPTY;
        case JERR_NO_SOI:
            return UJPEG_NOT_JPEG;
        case JERR_INPUT_EOF:
            return UJPEG_TRUNCATED;
        case JERR_OUT_OF_MEMORY:
        case JERR_NO_BACKING_STORE:
            return UJPEG_NO_MEMORY;
        case JERR_IMAGE_TOO_BIG:
        case JERR_WIDTH_OVERFLOW:
            return UJPEG_TOO_LARGE;
        case JERR_ARITH_NOTIMPL:
        case JERR_BAD_PRECISION:
        case JERR_CCIR601_NOTIMPL:
        case JERR_CONVERSION_NOTIMPL:
        case JERR_FRACT_SAMPLE_NOTIMPL:
        case JERR_NOTIMPL:
        case JERR_NOT_COMPILED:
        case JERR_SOF_UNSUPPORTED:
            return UJPEG_UNSUPPORTED;
        default:
            return UJPEG_DAMAGED;
    }
}

static ujpeg_status_t status_of_warning(int code, bool between_scans) {
    switch (code) {
        case JWRN_ADOBE_XFORM:
        case JWRN_JFIF_MAJOR:
            return UJPEG_OK;
        case JWRN_EXTRANEOUS_DATA:
            return between_scans ? UJPEG_OK : UJPEG_DAMAGED;
        case JWRN_JPEG_EOF:
            return UJPEG_TRUNCATED;
        default:
            return UJPEG_DAMAGED;
    }
}

void ujpeg_error_raise(ujpeg_error_t *error, ujpeg_status_t status) {
    error->status = status;
    longjmp(error->jump, 1);
}

static void error_exit(j_common_ptr cinfo) {
    ujpeg_error_raise((ujpeg_error_t *)cinfo->err, status_of_error(cinfo->err->msg_code));
}

static void emit_message(j_common_ptr cinfo, int level) {
    ujpeg_error_t *error = (ujpeg_error_t *)cinfo->err;
    if (level >= 0) {
        return; // a trace message
    }
    ujpeg_status_t status = status_of_warning(error->base.msg_code, error->between_scans);
    if (status != UJPEG_OK) {
        ujpeg_error_raise(error, status);
    }
}

static void output_message(j_common_ptr cinfo) {
    (void)cinfo;
}

struct jpeg_error_mgr *ujpeg_error_init(ujpeg_error_t *error) {
    jpeg_std_error(&error->base);
    error->base.error_exit = error_exit;
    error->base.emit_message = emit_message;
    error->base.output_message = output_message;
    error->status = UJPEG_DAMAGED;
    error->between_scans = true;
    return &error->base;
}
