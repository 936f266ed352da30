#include "ujpeg_idct.h"

#include <string.h>

#define FIX_0_720959822 (5906)
#define FIX_0_850430095 (6967)
#define FIX_1_272758580 (10426)
#define FIX_3_624509785 (29692)

// One column or row: the sum and the difference of the even and the odd part. Coefficients 2, 4 and 6 are not used.
static void two_points(const int32_t in[8], int32_t out[2]) {
    const int32_t even = in[0] * (1 << (UJPEG_CONST_BITS + 2));
    const int32_t odd = in[1] * FIX_3_624509785 - in[3] * FIX_1_272758580 + in[5] * FIX_0_850430095
        - in[7] * FIX_0_720959822;
    out[0] = even + odd;
    out[1] = even - odd;
}

static bool columns(const int16_t coefficients[64], const int16_t quant[64], int32_t between[2][8]) {
    uint32_t worst = 0;
    for (int x = 0; x < 8; x += x == 0 ? 1 : 2) { // 0, 1, 3, 5, 7
        int32_t in[8], out[2];
        for (int y = 0; y < 8; y += y == 0 ? 1 : 2) {
            in[y] = coefficients[8 * y + x] * quant[8 * y + x];
            ujpeg_watch(&worst, in[y], UJPEG_DEQUANTISED_MAX);
        }
        if (worst != 0) {
            return false;
        }
        two_points(in, out);
        for (int y = 0; y < 2; ++y) {
            between[y][x] = ujpeg_descale(out[y], UJPEG_CONST_BITS - UJPEG_PASS1_BITS + 2);
            ujpeg_watch(&worst, between[y][x], UJPEG_BETWEEN_MAX);
        }
    }
    return worst == 0;
}

bool ujpeg_idct_2x2__c(int16_t coefficients[64], const int16_t quant[64], uint8_t *out, size_t stride) {
    int32_t between[2][8], row[2];
    uint32_t worst = 0;
    const bool good = columns(coefficients, quant, between);
    memset(coefficients, 0, 64 * sizeof coefficients[0]);
    if (!good) {
        return false;
    }
    for (int y = 0; y < 2; ++y) {
        two_points(between[y], row);
        for (int x = 0; x < 2; ++x) {
            const int32_t value = ujpeg_descale(row[x], UJPEG_CONST_BITS + UJPEG_PASS1_BITS + 3 + 2);
            ujpeg_watch(&worst, value, UJPEG_PIXEL_MAX);
            out[y * stride + x] = ujpeg_pixel(value);
        }
    }
    return worst == 0;
}
