#ifdef __ARM_NEON

#include <arm_neon.h>

#include "imgprep_kernels.h"

uint32_t sum_abs_diff_u8__neon(const uint8_t *a, const uint8_t *b, size_t size) {
    uint32x4_t sums = vdupq_n_u32(0);
    size_t i = 0;
    for (; i + 32 <= size; i += 32) {
        const uint8x16x2_t x = vld1q_u8_x2(a + i), y = vld1q_u8_x2(b + i);
        uint16x8_t pairs = vpaddlq_u8(vabdq_u8(x.val[0], y.val[0]));
        pairs = vpadalq_u8(pairs, vabdq_u8(x.val[1], y.val[1])); // at most 1020
        sums = vpadalq_u16(sums, pairs);
    }
    const uint64x2_t two = vpaddlq_u32(sums);
    const uint32_t sum = (uint32_t)(vgetq_lane_u64(two, 0) + vgetq_lane_u64(two, 1));
    return sum + sum_abs_diff_u8__c(a + i, b + i, size - i);
}

#endif
