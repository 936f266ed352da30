#include "ujpeg_idct.h"

#include <string.h>

#define FIX_0_211164243 (1730)
#define FIX_0_509795579 (4176)
#define FIX_0_601344887 (4926)
#define FIX_0_765366865 (6270)
#define FIX_0_899976223 (7373)
#define FIX_1_061594337 (8697)
#define FIX_1_451774981 (11893)
#define FIX_1_847759065 (15137)
#define FIX_2_172734803 (17799)
#define FIX_2_562915447 (20995)

// One column or row. Coefficient 4 is not used.
static void four_points(const int32_t in[8], int32_t out[4]) {
    const int32_t middle = in[0] * (1 << (UJPEG_CONST_BITS + 1));
    const int32_t side = in[2] * FIX_1_847759065 - in[6] * FIX_0_765366865;
    const int32_t inner = in[1] * FIX_1_061594337 - in[3] * FIX_2_172734803 + in[5] * FIX_1_451774981
        - in[7] * FIX_0_211164243;
    const int32_t outer = in[1] * FIX_2_562915447 + in[3] * FIX_0_899976223 - in[5] * FIX_0_601344887
        - in[7] * FIX_0_509795579;
    out[0] = middle + side + outer;
    out[1] = middle - side + inner;
    out[2] = middle - side - inner;
    out[3] = middle + side - outer;
}

static bool columns(const int32_t *block, const int16_t quant[64], int32_t between[4][8]) {
    uint32_t worst = 0;
    for (int x = 0; x < 8; x += x == 3 ? 2 : 1) {
        int32_t in[8], out[4];
        for (int y = 0; y < 8; y += y == 3 ? 2 : 1) {
            in[y] = block[UJPEG_BATCH * ujpeg_zigzag_of[8 * y + x]] * quant[8 * y + x];
            ujpeg_watch(&worst, in[y], UJPEG_INPUT_MAX);
        }
        if (worst != 0) {
            return false;
        }
        four_points(in, out);
        for (int y = 0; y < 4; ++y) {
            between[y][x] = ujpeg_descale(out[y], UJPEG_CONST_BITS - UJPEG_PASS1_BITS + 1);
            ujpeg_watch(&worst, between[y][x], UJPEG_BETWEEN_MAX);
        }
    }
    return worst == 0;
}

static bool transform(const int32_t *block, const int16_t quant[64], uint8_t *out, size_t stride) {
    int32_t between[4][8], row[4];
    uint32_t worst = 0;
    if (!columns(block, quant, between)) {
        return false;
    }
    for (int y = 0; y < 4; ++y) {
        four_points(between[y], row);
        for (int x = 0; x < 4; ++x) {
            const int32_t value = ujpeg_descale(row[x], UJPEG_CONST_BITS + UJPEG_PASS1_BITS + 3 + 1);
            ujpeg_watch(&worst, value, UJPEG_PIXEL_MAX);
            out[y * stride + x] = ujpeg_pixel(value);
        }
    }
    return worst == 0;
}

bool ujpeg_idct_4x4__c(ujpeg_batch_t batch, const ujpeg_dequant_t *dequant, uint8_t *const out[UJPEG_BATCH],
    size_t stride) {
    bool good = true;
    for (int i = 0; i < UJPEG_BATCH; ++i) {
        good &= transform(&batch[0][i], dequant->natural, out[i], stride);
    }
    memset(batch, 0, sizeof(ujpeg_batch_t));
    return good;
}
