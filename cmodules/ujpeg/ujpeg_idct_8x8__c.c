#include "ujpeg_idct.h"

#include <string.h>

#define FIX_0_298631336 (2446)
#define FIX_0_390180644 (3196)
#define FIX_0_541196100 (4433)
#define FIX_0_765366865 (6270)
#define FIX_0_899976223 (7373)
#define FIX_1_175875602 (9633)
#define FIX_1_501321110 (12299)
#define FIX_1_847759065 (15137)
#define FIX_1_961570560 (16069)
#define FIX_2_053119869 (16819)
#define FIX_2_562915447 (20995)
#define FIX_3_072711026 (25172)

static void even_points(const int32_t in[8], int32_t even[4]) {
    const int32_t turned = (in[2] + in[6]) * FIX_0_541196100;
    const int32_t low = turned - in[6] * FIX_1_847759065;
    const int32_t high = turned + in[2] * FIX_0_765366865;
    const int32_t sum = (in[0] + in[4]) * (1 << UJPEG_CONST_BITS);
    const int32_t difference = (in[0] - in[4]) * (1 << UJPEG_CONST_BITS);
    even[0] = sum + high;
    even[1] = difference + low;
    even[2] = difference - low;
    even[3] = sum - high;
}

static void odd_points(const int32_t in[8], int32_t odd[4]) {
    const int32_t turned = (in[1] + in[3] + in[5] + in[7]) * FIX_1_175875602;
    const int32_t of_37 = turned - (in[3] + in[7]) * FIX_1_961570560;
    const int32_t of_15 = turned - (in[1] + in[5]) * FIX_0_390180644;
    const int32_t of_17 = (in[1] + in[7]) * FIX_0_899976223;
    const int32_t of_35 = (in[3] + in[5]) * FIX_2_562915447;
    odd[0] = in[1] * FIX_1_501321110 - of_17 + of_15;
    odd[1] = in[3] * FIX_3_072711026 - of_35 + of_37;
    odd[2] = in[5] * FIX_2_053119869 - of_35 + of_15;
    odd[3] = in[7] * FIX_0_298631336 - of_17 + of_37;
}

static void eight_points(const int32_t in[8], int32_t out[8]) {
    int32_t even[4], odd[4];
    even_points(in, even);
    odd_points(in, odd);
    for (int i = 0; i < 4; ++i) {
        out[i] = even[i] + odd[i];
        out[7 - i] = even[i] - odd[i];
    }
}

static bool columns(const int32_t *block, const int16_t quant[64], int32_t between[8][8]) {
    uint32_t worst = 0;
    for (int x = 0; x < 8; ++x) {
        int32_t in[8], out[8];
        for (int y = 0; y < 8; ++y) {
            in[y] = block[UJPEG_BATCH * ujpeg_zigzag_of[8 * y + x]] * quant[8 * y + x];
            ujpeg_watch(&worst, in[y], UJPEG_INPUT_MAX);
        }
        if (worst != 0) {
            return false;
        }
        eight_points(in, out);
        for (int y = 0; y < 8; ++y) {
            between[y][x] = ujpeg_descale(out[y], UJPEG_CONST_BITS - UJPEG_PASS1_BITS);
            ujpeg_watch(&worst, between[y][x], UJPEG_BETWEEN_MAX);
        }
    }
    return worst == 0;
}

static bool transform(const int32_t *block, const int16_t quant[64], uint8_t *out, size_t stride) {
    int32_t between[8][8], row[8];
    uint32_t worst = 0;
    if (!columns(block, quant, between)) {
        return false;
    }
    for (int y = 0; y < 8; ++y) {
        eight_points(between[y], row);
        for (int x = 0; x < 8; ++x) {
            const int32_t value = ujpeg_descale(row[x], UJPEG_CONST_BITS + UJPEG_PASS1_BITS + 3);
            ujpeg_watch(&worst, value, UJPEG_PIXEL_MAX);
            out[y * stride + x] = ujpeg_pixel(value);
        }
    }
    return worst == 0;
}

bool ujpeg_idct_8x8__c(ujpeg_batch_t batch, const ujpeg_dequant_t *dequant, uint8_t *const out[UJPEG_BATCH],
    size_t stride) {
    bool good = true;
    for (int i = 0; i < UJPEG_BATCH; ++i) {
        good &= transform(&batch[0][i], dequant->natural, out[i], stride);
    }
    memset(batch, 0, sizeof(ujpeg_batch_t));
    return good;
}
