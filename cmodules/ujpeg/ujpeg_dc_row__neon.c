#include "ujpeg_dc_row.h"

#ifdef __ARM_NEON

#include <arm_neon.h>

#include "ujpeg_idct.h"

// 8 pixels; out of range values saturate at 16 bits, where they are still seen.
static uint8x8_t eight(int16x8_t dcs, int16x4_t quant, int16x8_t *worst) {
    const int32x4_t low = vmull_s16(vget_low_s16(dcs), quant);
    const int32x4_t high = vmull_s16(vget_high_s16(dcs), quant);
    const int16x8_t values = vcombine_s16(vqrshrn_n_s32(low, 3), vqrshrn_n_s32(high, 3));
    *worst = vmaxq_s16(*worst, vmaxq_s16(values, vmvnq_s16(values))); // -512 becomes 511
    return vqmovun_s16(vqaddq_s16(values, vdupq_n_s16(128)));
}

static int16x8_t load(const int16_t *dcs, uint32_t h, uint32_t v, uint32_t line) {
    if (v == 1) {
        return vld1q_s16(dcs);
    }
    // Pairs of neighbours, one pair a line.
    return vreinterpretq_s16_s32(vld2q_s32((const int32_t *)dcs).val[line]);
    (void)h;
}

bool ujpeg_dc_row__neon(const int16_t *dcs, uint32_t h, uint32_t v, uint32_t line, uint32_t mcus, int32_t quant,
    uint8_t *row) {
    if (!(v == 1 || (h == 2 && v == 2))) {
        return ujpeg_dc_row__c(dcs, h, v, line, mcus, quant, row);
    }
    const int16x4_t factor = vdup_n_s16((int16_t)quant);
    int16x8_t worst = vdupq_n_s16(0);
    const uint32_t step = 8 / h; // MCUs
    uint32_t mcu = 0;
    for (; mcu + step <= mcus; mcu += step, dcs += 8 * v, row += 8) {
        vst1_u8(row, eight(load(dcs, h, v, line), factor, &worst));
    }
    int16_t most[8];
    vst1q_s16(most, worst);
    for (int i = 0; i < 8; ++i) {
        if (most[i] > UJPEG_PIXEL_MAX) {
            return false;
        }
    }
    return ujpeg_dc_row__c(dcs, h, v, line, mcus - mcu, quant, row);
}

#endif
