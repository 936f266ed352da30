#ifdef __ARM_NEON

#include <arm_neon.h>

#include "imgprep_kernels.h"

static inline uint32_t lanes(uint32x4_t sums) {
    const uint64x2_t two = vpaddlq_u32(sums);
    return (uint32_t)(vgetq_lane_u64(two, 0) + vgetq_lane_u64(two, 1));
}

void sum_squares_u8__neon(const uint8_t *pixels, size_t size, uint32_t sums[2]) {
    uint32x4_t sum = vdupq_n_u32(0), squares = vdupq_n_u32(0);
    size_t i = 0;
    for (; i + 16 <= size; i += 16) {
        const uint8x16_t x = vld1q_u8(pixels + i);
        sum = vpadalq_u16(sum, vpaddlq_u8(x));
        squares = vpadalq_u16(squares, vmull_u8(vget_low_u8(x), vget_low_u8(x)));
        squares = vpadalq_u16(squares, vmull_u8(vget_high_u8(x), vget_high_u8(x)));
    }
    uint32_t rest[2];
    sum_squares_u8__c(pixels + i, size - i, rest);
    sums[0] = lanes(sum) + rest[0];
    sums[1] = lanes(squares) + rest[1];
}

#endif
