// libjpeg-turbo as a camera would use it: one decompressor kept, luma only, accurate integer IDCT, nothing read after
// the last row wanted.
//   libjpeg JPEG DENOMINATOR X Y W H CALLS     the region in pixels of the scaled picture

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "measure.h"
#include "network_file.h"
#include "results.h"

static void decode(struct jpeg_decompress_struct *picture, const uint8_t *jpeg, size_t size, unsigned denominator,
    const JDIMENSION region[4], uint8_t *row, uint8_t *out) {
    JDIMENSION x = region[0], w = region[2];
    jpeg_mem_src(picture, jpeg, size);
    jpeg_read_header(picture, TRUE);
    picture->out_color_space = JCS_GRAYSCALE;
    picture->dct_method = JDCT_ISLOW;
    picture->scale_num = 1;
    picture->scale_denom = denominator;
    jpeg_start_decompress(picture);
    if (w < picture->output_width) {
        jpeg_crop_scanline(picture, &x, &w);
    }
    if (region[1]) {
        jpeg_skip_scanlines(picture, region[1]);
    }
    for (JDIMENSION y = 0; y < region[3]; y++) {
        jpeg_read_scanlines(picture, &row, 1);
        memcpy(out + y * region[2], row + (region[0] - x), region[2]);
    }
    jpeg_abort_decompress(picture);
}

int main(int count, char **arguments) {
    if (count != 8) {
        fail("JPEG DENOMINATOR X Y W H CALLS");
    }
    size_t size;
    uint8_t *jpeg = file_read(arguments[1], &size);
    JDIMENSION region[4];
    for (int i = 0; i < 4; i++) {
        region[i] = (JDIMENSION)atoi(arguments[3 + i]);
    }
    struct jpeg_error_mgr errors;
    struct jpeg_decompress_struct picture = { .err = jpeg_std_error(&errors) };
    jpeg_create_decompress(&picture);
    uint8_t *row = malloc(65536), *out = malloc(region[2] * region[3]);
    unsigned denominator = (unsigned)atoi(arguments[2]);
    MEASURE(atoi(arguments[7]), decode(&picture, jpeg, size, denominator, region, row, out));
    print_pixels(out, region[2], region[3]);
    return 0;
}
