#ifdef __ARM_NEON

#include <arm_neon.h>

#include "imgprep_kernels.h"

void colour_bins_u8x3__neon(const uint8_t *pixels, size_t count, uint8_t *bins) {
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        const uint8x16x3_t rgb = vld3q_u8(pixels + 3 * i);
        const uint8x16_t low = vsriq_n_u8(vshrq_n_u8(rgb.val[1], 4), rgb.val[2], 6); // 0000GGBB
        vst1q_u8(bins + i, vsriq_n_u8(vshrq_n_u8(rgb.val[0], 2), vshlq_n_u8(low, 4), 4));
    }
    colour_bins_u8x3__c(pixels + 3 * i, count - i, bins + i);
}

#endif
