#include <string.h>

#include "ujpeg_error.h"

typedef struct {
    struct jpeg_decompress_struct cinfo;
    struct jpeg_progress_mgr progress;
    ujpeg_error_t error;
} decoder_t;

typedef struct {
    JDIMENSION x, y, w, h;
} rectangle_t;

static void limit_scans(j_common_ptr cinfo) {
    if (((j_decompress_ptr)cinfo)->input_scan_number > UJPEG_MAX_SCANS) {
        ujpeg_error_raise((ujpeg_error_t *)cinfo->err, UJPEG_UNSUPPORTED);
    }
}

static void read_header(decoder_t *decoder, const uint8_t *data, size_t size) {
    struct jpeg_decompress_struct *cinfo = &decoder->cinfo;
    jpeg_create_decompress(cinfo);
    decoder->progress.progress_monitor = limit_scans;
    cinfo->progress = &decoder->progress;
    jpeg_mem_src(cinfo, data, size);
    jpeg_read_header(cinfo, TRUE);
    uint64_t pixels = (uint64_t)cinfo->image_width * cinfo->image_height;
    if (pixels > UJPEG_MAX_PIXELS) {
        ujpeg_error_raise(&decoder->error, UJPEG_TOO_LARGE);
    }
}

static void check_kind(decoder_t *decoder) {
    struct jpeg_decompress_struct *cinfo = &decoder->cinfo;
    uint64_t pixels = (uint64_t)cinfo->image_width * cinfo->image_height;
    if (jpeg_has_multiple_scans(cinfo) && pixels > UJPEG_MAX_BUFFERED_PIXELS) {
        ujpeg_error_raise(&decoder->error, UJPEG_TOO_LARGE_BUFFERED);
    }
    switch (cinfo->jpeg_color_space) {
        case JCS_GRAYSCALE:
        case JCS_YCbCr:
        case JCS_RGB:
            return;
        default:
            ujpeg_error_raise(&decoder->error, UJPEG_COLOURS);
    }
}

static void choose_output(struct jpeg_decompress_struct *cinfo, int32_t denominator, bool rgb) {
    cinfo->scale_num = 1;
    cinfo->scale_denom = denominator;
    cinfo->out_color_space = rgb ? JCS_RGB : JCS_GRAYSCALE;
    cinfo->dct_method = JDCT_ISLOW;
    // Both look at neighbouring blocks; without them a region equals the crop of the whole.
    cinfo->do_fancy_upsampling = FALSE;
    cinfo->do_block_smoothing = FALSE;
    jpeg_calc_output_dimensions(cinfo);
}

static bool part_fits(int32_t start, int32_t length, JDIMENSION whole) {
    return start >= 0 && length >= 1 && (uint64_t)start + (uint64_t)length <= whole;
}

static rectangle_t choose_rectangle(decoder_t *decoder, const int32_t region[4]) {
    JDIMENSION whole_w = decoder->cinfo.output_width;
    JDIMENSION whole_h = decoder->cinfo.output_height;
    if (region == NULL) {
        return (rectangle_t) {0, 0, whole_w, whole_h};
    }
    if (!part_fits(region[0], region[2], whole_w) || !part_fits(region[1], region[3], whole_h)) {
        ujpeg_error_raise(&decoder->error, UJPEG_REGION);
    }
    return (rectangle_t) {region[0], region[1], region[2], region[3]};
}

// Lets libjpeg decode only the columns first .. first + width, which it widens to the left to a whole MCU.
// A crop so narrow that a row of chroma has one sample is widened before: there libjpeg-turbo 2.1 sets up its plain
// upsampler in the memory of the merged one.
static void crop_columns(struct jpeg_decompress_struct *cinfo, JDIMENSION *first, JDIMENSION *width) {
    const JDIMENSION whole = cinfo->output_width;
    const JDIMENSION least = 2 * cinfo->max_h_samp_factor;
    if (*width < least) {
        *width = least < whole ? least : whole;
        *first = *first < whole - *width ? *first : whole - *width;
    }
    if (*width < whole) {
        jpeg_crop_scanline(cinfo, first, width);
    }
}

static void read_rows(decoder_t *decoder, rectangle_t part, uint8_t *out) {
    struct jpeg_decompress_struct *cinfo = &decoder->cinfo;
    const size_t channels = cinfo->output_components;
    const size_t row_size = part.w * channels;
    JDIMENSION first = part.x;
    JDIMENSION width = part.w;
    crop_columns(cinfo, &first, &width);
    JSAMPROW wide_row = NULL;
    if (width != part.w) {
        wide_row = cinfo->mem->alloc_large((j_common_ptr)cinfo, JPOOL_IMAGE, width * channels);
    }
    if (part.y > 0) {
        jpeg_skip_scanlines(cinfo, part.y);
    }
    for (JDIMENSION y = 0; y < part.h; ++y, out += row_size) {
        JSAMPROW row = wide_row ? wide_row : out;
        if (jpeg_read_scanlines(cinfo, &row, 1) != 1) {
            ujpeg_error_raise(&decoder->error, UJPEG_TRUNCATED);
        }
        if (wide_row) {
            memcpy(out, wide_row + (part.x - first) * channels, row_size);
        }
    }
}

static void decode(decoder_t *decoder, int32_t denominator, const int32_t region[4], bool rgb, uint8_t *out,
    size_t out_size, uint32_t out_shape[2]) {
    struct jpeg_decompress_struct *cinfo = &decoder->cinfo;
    check_kind(decoder);
    choose_output(cinfo, denominator, rgb);
    rectangle_t part = choose_rectangle(decoder, region);
    if ((uint64_t)part.w * part.h * cinfo->out_color_components > out_size) {
        ujpeg_error_raise(&decoder->error, UJPEG_OUT_TOO_SMALL);
    }
    decoder->error.between_scans = false;
    jpeg_start_decompress(cinfo);
    read_rows(decoder, part, out);
    if (cinfo->output_scanline == cinfo->output_height) {
        decoder->error.between_scans = true;
        jpeg_finish_decompress(cinfo);
    }
    out_shape[0] = part.w;
    out_shape[1] = part.h;
}

ujpeg_status_t ujpeg_info(const uint8_t *data, size_t size, uint32_t info[4]) {
    decoder_t decoder;
    memset(&decoder, 0, sizeof decoder);
    decoder.cinfo.err = ujpeg_error_init(&decoder.error);
    ujpeg_status_t status = UJPEG_OK;
    if (setjmp(decoder.error.jump) == 0) {
        read_header(&decoder, data, size);
        info[0] = decoder.cinfo.image_width;
        info[1] = decoder.cinfo.image_height;
        info[2] = decoder.cinfo.num_components;
        info[3] = decoder.cinfo.progressive_mode ? 1 : 0;
    } else {
        status = decoder.error.status;
    }
    jpeg_destroy_decompress(&decoder.cinfo);
    return status;
}

ujpeg_status_t ujpeg_decode(const uint8_t *data, size_t size, int32_t denominator, const int32_t region[4], bool rgb,
    uint8_t *out, size_t out_size, uint32_t out_shape[2]) {
    if (denominator != 1 && denominator != 2 && denominator != 4 && denominator != 8) {
        return UJPEG_DENOMINATOR;
    }
    decoder_t decoder;
    memset(&decoder, 0, sizeof decoder);
    decoder.cinfo.err = ujpeg_error_init(&decoder.error);
    ujpeg_status_t status = UJPEG_OK;
    if (setjmp(decoder.error.jump) == 0) {
        read_header(&decoder, data, size);
        decode(&decoder, denominator, region, rgb, out, out_size, out_shape);
    } else {
        status = decoder.error.status;
    }
    jpeg_destroy_decompress(&decoder.cinfo);
    return status;
}
