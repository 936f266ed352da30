#include "ujpeg_batch.h"

#include "ujpeg_coder.h"
#include "ujpeg_idct.h"

const uint8_t ujpeg_zigzag[64] = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
    55, 62, 63,
};

const uint8_t ujpeg_zigzag_of[64] = {
    0, 1, 5, 6, 14, 15, 27, 28, 2, 4, 7, 13, 16, 26, 29, 42, 3, 8, 12, 17, 25, 30, 41, 43, 9, 11, 18, 24, 31, 40, 44,
    53, 10, 19, 23, 32, 39, 45, 52, 54, 20, 22, 33, 38, 46, 51, 55, 60, 21, 34, 37, 47, 50, 56, 59, 61, 35, 36, 48, 49,
    57, 58, 62, 63,
};

const uint8_t ujpeg_quarter_zigzag[UJPEG_QUARTER_COEFFICIENTS] = {
    0, 1, 2, 4, 6, 9, 11, 13, 15, 20, 22, 24, 26, 28, 35, 36, 38, 40, 42, 49, 51, 53, 58, 60, 63,
};

static const int32_t row_factors[8] = {
    1 << (UJPEG_CONST_BITS + 2), UJPEG_QUARTER_1, 0, UJPEG_QUARTER_3, 0, UJPEG_QUARTER_5, 0, UJPEG_QUARTER_7,
};

static uint32_t size_max(const uint8_t quant[64]) {
    int32_t largest = 1;
    for (int i = 1; i < 64; ++i) {
        largest = quant[i] > largest ? quant[i] : largest;
    }
    uint32_t size = UJPEG_AC_SIZE_MAX;
    while (((1 << size) - 1) * largest > UJPEG_DEQUANTISED_MAX) {
        --size;
    }
    return size;
}

void ujpeg_dequant_prepare(ujpeg_dequant_t *dequant, const uint8_t quant[64]) {
    for (int i = 0; i < 64; ++i) {
        dequant->natural[ujpeg_zigzag[i]] = quant[i];
    }
    for (int i = 0; i < UJPEG_QUARTER_COEFFICIENTS; ++i) {
        const uint8_t zigzag = ujpeg_quarter_zigzag[i];
        dequant->quarter[i] = quant[zigzag] * row_factors[ujpeg_zigzag[zigzag] / 8];
    }
    dequant->quarter[0] = quant[0]; // the DC coefficient is looked at before it is shifted
    dequant->size_max = size_max(quant);
}
