#include "ujpeg_idct.h"

#include <string.h>

bool ujpeg_idct_1x1__c(int16_t coefficients[64], const int16_t quant[64], uint8_t *out, size_t stride) {
    (void)stride;
    const int32_t value = ujpeg_descale(coefficients[0] * quant[0], 3);
    uint32_t worst = 0;
    ujpeg_watch(&worst, value, UJPEG_PIXEL_MAX);
    memset(coefficients, 0, 64 * sizeof coefficients[0]);
    out[0] = ujpeg_pixel(value);
    return worst == 0;
}
