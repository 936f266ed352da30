#include "imgprep.h"
#include "imgprep_kernels.h"

static uint64_t sum_of(const uint8_t *a, const uint8_t *b, size_t size) {
    const imgprep_kernels_t *kernels = imgprep_kernels();
    if (size <= SUM_ABS_DIFF_MAX) {
        return kernels->sum_abs_diff_u8(a, b, size);
    }
    uint64_t sum = 0;
    for (size_t done = 0; done < size; done += SUM_ABS_DIFF_MAX) {
        const size_t left = size - done;
        sum += kernels->sum_abs_diff_u8(a + done, b + done, left < SUM_ABS_DIFF_MAX ? left : SUM_ABS_DIFF_MAX);
    }
    return sum;
}

imgprep_status_t imgprep_mean_abs_diff(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
    uint32_t *difference) {
    if (a_size != b_size || a_size == 0) {
        return IMGPREP_LENGTHS;
    }
    const uint64_t sum = sum_of(a, b, a_size);
    // A division of 64 bits costs ARMv7 more than the differences of a short row.
    *difference = sum > UINT32_MAX / 256 ? (uint32_t)(sum * 256 / a_size) : (uint32_t)sum * 256 / (uint32_t)a_size;
    return IMGPREP_OK;
}
