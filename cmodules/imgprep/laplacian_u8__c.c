#include "imgprep_kernels.h"

// 4 * pixel - left - right - above - below, -1020..1020, of `size` pixels in a row that all have four neighbours.
void laplacian_u8__c(const uint8_t *pixels, size_t row, size_t size, int32_t *sum, uint32_t *squares) {
    int32_t total = 0;
    uint32_t total_squares = 0;
    const uint8_t *above = pixels - row, *below = pixels + row;
    for (size_t i = 0; i < size; ++i) {
        const int32_t value = 4 * pixels[i] - pixels[(ptrdiff_t)i - 1] - pixels[i + 1] - above[i] - below[i];
        total += value;
        total_squares += (uint32_t)(value * value);
    }
    *sum = total;
    *squares = total_squares;
}
