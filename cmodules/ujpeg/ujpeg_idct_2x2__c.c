#include "ujpeg_idct.h"

#include <stdlib.h>
#include <string.h>

// Columns 0, 1, 3, 5 and 7 are used, and of each the same rows. With row 0 times 2^15 and the others times their
// factors, AC coefficients within UJPEG_DEQUANTISED_MAX make less than 25000 * (2^15 + 52991) < 2^31 in a column; the
// DC coefficient and the second pass are held back by UJPEG_QUARTER_SUM_MAX.
static const uint8_t column_of[8] = { 0, 1, 0, 2, 0, 3, 0, 4 };
static const int32_t factors[5] = { 0, UJPEG_QUARTER_1, UJPEG_QUARTER_3, UJPEG_QUARTER_5, UJPEG_QUARTER_7 };

// The even and the odd part of every column; returns twice the DC coefficient's size.
static uint32_t columns(const int32_t *block, const int32_t *quarter, int32_t even[5], int32_t odd[5]) {
    memset(odd, 0, 5 * sizeof odd[0]);
    const int32_t dc = block[0] * quarter[0];
    even[0] = (int32_t)((uint32_t)dc << (UJPEG_CONST_BITS + 2));
    for (int i = 1; i < UJPEG_QUARTER_COEFFICIENTS; ++i) {
        const uint8_t natural = ujpeg_zigzag[ujpeg_quarter_zigzag[i]];
        const int32_t term = block[UJPEG_BATCH * ujpeg_quarter_zigzag[i]] * quarter[i];
        const uint8_t column = column_of[natural % 8];
        if (natural < 8) {
            even[column] = term;
        } else {
            odd[column] += term;
        }
    }
    return 2 * (uint32_t)abs(dc);
}

static bool transform(const int32_t *block, const int32_t *quarter, uint8_t *out, size_t stride) {
    int32_t even[5], odd[5], between[2][5];
    uint32_t sum = columns(block, quarter, even, odd), worst = 0;
    if (sum > UJPEG_QUARTER_SUM_MAX) {
        return false;
    }
    for (int x = 0; x < 5; ++x) {
        between[0][x] = ujpeg_descale(even[x] + odd[x], UJPEG_CONST_BITS - UJPEG_PASS1_BITS + 2);
        between[1][x] = ujpeg_descale(even[x] - odd[x], UJPEG_CONST_BITS - UJPEG_PASS1_BITS + 2);
        sum += (uint32_t)abs(between[0][x]) + (uint32_t)abs(between[1][x]);
    }
    if (sum > UJPEG_QUARTER_SUM_MAX) {
        return false;
    }
    for (int y = 0; y < 2; ++y) {
        const int32_t middle = between[y][0] * (1 << (UJPEG_CONST_BITS + 2));
        int32_t side = 0;
        for (int x = 1; x < 5; ++x) {
            side += between[y][x] * factors[x];
        }
        const int32_t left = ujpeg_descale(middle + side, UJPEG_CONST_BITS + UJPEG_PASS1_BITS + 3 + 2);
        const int32_t right = ujpeg_descale(middle - side, UJPEG_CONST_BITS + UJPEG_PASS1_BITS + 3 + 2);
        ujpeg_watch(&worst, left, UJPEG_PIXEL_MAX);
        ujpeg_watch(&worst, right, UJPEG_PIXEL_MAX);
        out[y * stride] = ujpeg_pixel(left);
        out[y * stride + 1] = ujpeg_pixel(right);
    }
    return worst == 0;
}

bool ujpeg_idct_2x2__c(ujpeg_batch_t batch, const ujpeg_dequant_t *dequant, uint8_t *const out[UJPEG_BATCH],
    size_t stride) {
    bool good = true;
    for (int i = 0; i < UJPEG_BATCH; ++i) {
        good &= transform(&batch[0][i], dequant->quarter, out[i], stride);
    }
    memset(batch, 0, sizeof(ujpeg_batch_t));
    return good;
}
