#ifdef __ARM_NEON

#include <arm_neon.h>

#include "imgprep_kernels.h"

static inline int16x8_t laplacian_8(const uint8_t *pixels, size_t row) {
    uint16x8_t around = vaddl_u8(vld1_u8(pixels - 1), vld1_u8(pixels + 1));
    around = vaddw_u8(around, vld1_u8(pixels - row));
    around = vaddw_u8(around, vld1_u8(pixels + row));
    return vreinterpretq_s16_u16(vsubq_u16(vshll_n_u8(vld1_u8(pixels), 2), around));
}

// A lane of the squares holds at most LAPLACIAN_MAX / 4 of them: 1020^2 * 2^10 < 2^31.
void laplacian_u8__neon(const uint8_t *pixels, size_t row, size_t size, int32_t *sum, uint32_t *squares) {
    int32x4_t sums = vdupq_n_s32(0), sums_squares = vdupq_n_s32(0);
    size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        const int16x8_t value = laplacian_8(pixels + i, row);
        sums = vpadalq_s16(sums, value);
        sums_squares = vmlal_s16(sums_squares, vget_low_s16(value), vget_low_s16(value));
        sums_squares = vmlal_s16(sums_squares, vget_high_s16(value), vget_high_s16(value));
    }
    laplacian_u8__c(pixels + i, row, size - i, sum, squares);
    const int64x2_t two = vpaddlq_s32(sums);
    *sum += (int32_t)(vgetq_lane_s64(two, 0) + vgetq_lane_s64(two, 1));
    const uint64x2_t two_squares = vpaddlq_u32(vreinterpretq_u32_s32(sums_squares));
    *squares += (uint32_t)(vgetq_lane_u64(two_squares, 0) + vgetq_lane_u64(two_squares, 1));
}

#endif
