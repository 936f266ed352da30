#include "imgprep.h"
#include "imgprep_kernels.h"

imgprep_status_t imgprep_mean_abs_diff(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
    uint32_t *difference) {
    if (a_size != b_size || a_size == 0) {
        return IMGPREP_LENGTHS;
    }
    const imgprep_kernels_t *kernels = imgprep_kernels();
    uint64_t sum = 0;
    for (size_t done = 0; done < a_size; done += SUM_ABS_DIFF_MAX) {
        const size_t left = a_size - done;
        sum += kernels->sum_abs_diff_u8(a + done, b + done, left < SUM_ABS_DIFF_MAX ? left : SUM_ABS_DIFF_MAX);
    }
    *difference = (uint32_t)(sum * 256 / a_size);
    return IMGPREP_OK;
}
