#include "imgprep.h"

// Bytes whose differences surely fit in 32 bits: 255 * 2^24 < 2^32.
#define BLOCK ((size_t)1 << 24)

static uint32_t sum_abs_diff(const uint8_t *a, const uint8_t *b, size_t size) {
    uint32_t sum = 0;
    for (size_t i = 0; i < size; ++i) {
        sum += a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
    }
    return sum;
}

imgprep_status_t imgprep_mean_abs_diff(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
    uint32_t *difference) {
    if (a_size != b_size || a_size == 0) {
        return IMGPREP_LENGTHS;
    }
    uint64_t sum = 0;
    for (size_t done = 0; done < a_size; done += BLOCK) {
        size_t left = a_size - done;
        sum += sum_abs_diff(a + done, b + done, left < BLOCK ? left : BLOCK);
    }
    *difference = (uint32_t)(sum * 256 / a_size);
    return IMGPREP_OK;
}
