#include "imgprep_kernels.h"

void sum_squares_u8__c(const uint8_t *pixels, size_t size, uint32_t sums[2]) {
    uint32_t sum = 0, squares = 0;
    for (size_t i = 0; i < size; ++i) {
        sum += pixels[i];
        squares += (uint32_t)pixels[i] * pixels[i];
    }
    sums[0] = sum;
    sums[1] = squares;
}
