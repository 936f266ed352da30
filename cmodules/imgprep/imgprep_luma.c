#include <string.h>

#include "imgprep.h"
#include "imgprep_kernels.h"
#include "integer_sqrt.h"

// floor((count * squares - sum^2) * 2^bits / count^2), the variance. With count <= 2^22 and values of at most 1020 the
// product stays below 2^64 and its quotient by count below 2^42, so that up to 22 bits can be added.
static uint64_t variance(uint64_t count, int64_t sum, uint64_t squares, int bits) {
    const uint64_t scaled = count * squares - (uint64_t)(sum * sum);
    const uint64_t quotient = scaled / count, rest = scaled % count;
    return ((quotient << bits) + (rest << bits) / count) / count;
}

imgprep_status_t imgprep_luma_statistics(const uint8_t *luma, size_t size, void *out, size_t out_size) {
    if (size == 0 || size > IMGPREP_MAX_PIXELS) {
        return IMGPREP_PIXELS;
    }
    if (out_size < 2 * sizeof(uint16_t)) {
        return IMGPREP_OUT_TOO_SHORT;
    }
    const imgprep_kernels_t *kernels = imgprep_kernels();
    uint64_t sum = 0, squares = 0;
    for (size_t done = 0; done < size; done += SUM_SQUARES_MAX) {
        const size_t left = size - done;
        uint32_t sums[2];
        kernels->sum_squares_u8(luma + done, left < SUM_SQUARES_MAX ? left : SUM_SQUARES_MAX, sums);
        sum += sums[0];
        squares += sums[1];
    }
    const uint16_t result[2] = {(uint16_t)(sum * 256 / size),
        (uint16_t)integer_sqrt(variance(size, (int64_t)sum, squares, 16))};
    memcpy(out, result, sizeof(result));
    return IMGPREP_OK;
}

imgprep_status_t imgprep_sharpness(const uint8_t *luma, size_t size, int32_t w, int32_t h, uint32_t *sharpness) {
    if (w < 3 || h < 3 || w > IMGPREP_MAX_SIDE || h > IMGPREP_MAX_SIDE) {
        return IMGPREP_SMALL;
    }
    if ((uint64_t)w * h > IMGPREP_MAX_PIXELS) {
        return IMGPREP_PIXELS;
    }
    if ((uint64_t)w * h > size) {
        return IMGPREP_SRC_TOO_SHORT;
    }
    const imgprep_kernels_t *kernels = imgprep_kernels();
    const size_t row = w, inner = row - 2;
    int64_t sum = 0;
    uint64_t squares = 0;
    for (int32_t y = 1; y < h - 1; ++y) {
        for (size_t x = 0; x < inner; x += LAPLACIAN_MAX) {
            const size_t left = inner - x;
            int32_t part;
            uint32_t part_squares;
            kernels->laplacian_u8(luma + y * row + 1 + x, row, left < LAPLACIAN_MAX ? left : LAPLACIAN_MAX,
                &part, &part_squares);
            sum += part;
            squares += part_squares;
        }
    }
    *sharpness = (uint32_t)variance(inner * (uint64_t)(h - 2), sum, squares, 8);
    return IMGPREP_OK;
}
