#include "imgprep_kernels.h"

uint32_t sum_abs_diff_u8__c(const uint8_t *a, const uint8_t *b, size_t size) {
    uint32_t sum = 0;
    for (size_t i = 0; i < size; ++i) {
        sum += a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
    }
    return sum;
}
