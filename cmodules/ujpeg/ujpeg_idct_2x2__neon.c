#include "ujpeg_idct.h"

#ifdef __ARM_NEON

#include "ujpeg_idct_neon.h"

#define FIX_0_720959822 (5906)
#define FIX_0_850430095 (6967)
#define FIX_1_272758580 (10426)
#define FIX_3_624509785 (29692)

static const int16_t odd_factors[8] = {
    0, FIX_3_624509785, 0, -FIX_1_272758580, 0, FIX_0_850430095, 0, -FIX_0_720959822,
};

// Four columns at once: rows 0, 1, 3, 5, 7 to two rows.
static inline void columns(int16x4_t in0, int16x4_t in1, int16x4_t in3, int16x4_t in5, int16x4_t in7, int16x4_t low,
    int16x4_t high, int16x4_t out[2]) {
    const int32x4_t even = vshll_n_s16(in0, UJPEG_CONST_BITS + 2);
    int32x4_t odd = vmull_lane_s16(in1, low, 1);
    odd = vmlal_lane_s16(odd, in3, low, 3);
    odd = vmlal_lane_s16(odd, in5, high, 1);
    odd = vmlal_lane_s16(odd, in7, high, 3);
    out[0] = vqrshrn_n_s32(vaddq_s32(even, odd), UJPEG_CONST_BITS - UJPEG_PASS1_BITS + 2);
    out[1] = vqrshrn_n_s32(vsubq_s32(even, odd), UJPEG_CONST_BITS - UJPEG_PASS1_BITS + 2);
}

// Both rows at once, to the four pixels before 128 is added.
static inline int32x4_t rows(const int16x4_t left[2], const int16x4_t right[2], int16x4_t low, int16x4_t high) {
    const int32x4_t above = vmlal_s16(vmull_s16(left[0], low), right[0], high);
    const int32x4_t below = vmlal_s16(vmull_s16(left[1], low), right[1], high);
    const int32x2_t odd = vpadd_s32(vpadd_s32(vget_low_s32(above), vget_high_s32(above)),
        vpadd_s32(vget_low_s32(below), vget_high_s32(below)));
    const int16x4_t first = vtrn_s16(left[0], left[1]).val[0]; // element 0 of both
    const int32x2_t even = vget_low_s32(vshll_n_s16(first, UJPEG_CONST_BITS + 2));
    const int32x2x2_t pixels = vzip_s32(vadd_s32(even, odd), vsub_s32(even, odd));
    return vrshrq_n_s32(vcombine_s32(pixels.val[0], pixels.val[1]), UJPEG_CONST_BITS + UJPEG_PASS1_BITS + 3 + 2);
}

bool ujpeg_idct_2x2__neon(int16_t coefficients[64], const int16_t quant[64], uint8_t *out, size_t stride) {
    const int16x8_t in0 = ujpeg_dequantise_neon(coefficients, quant, 0);
    const int16x8_t in1 = ujpeg_dequantise_neon(coefficients, quant, 1);
    const int16x8_t in3 = ujpeg_dequantise_neon(coefficients, quant, 3);
    const int16x8_t in5 = ujpeg_dequantise_neon(coefficients, quant, 5);
    const int16x8_t in7 = ujpeg_dequantise_neon(coefficients, quant, 7);
    ujpeg_clear_neon(coefficients);
    int16x8_t worst = ujpeg_size_neon(in0);
    worst = vmaxq_s16(worst, ujpeg_size_neon(in1));
    worst = vmaxq_s16(worst, ujpeg_size_neon(in3));
    worst = vmaxq_s16(worst, ujpeg_size_neon(in5));
    worst = vmaxq_s16(worst, ujpeg_size_neon(in7));
    const int16x4_t low = vld1_s16(odd_factors), high = vld1_s16(odd_factors + 4);
    int16x4_t left[2], right[2];
    columns(vget_low_s16(in0), vget_low_s16(in1), vget_low_s16(in3), vget_low_s16(in5), vget_low_s16(in7), low, high,
        left);
    columns(vget_high_s16(in0), vget_high_s16(in1), vget_high_s16(in3), vget_high_s16(in5), vget_high_s16(in7), low,
        high, right);
    const int16x8_t above = ujpeg_size_neon(vcombine_s16(left[0], right[0]));
    const int16x8_t below = ujpeg_size_neon(vcombine_s16(left[1], right[1]));
    const int16x8_t between = vmaxq_s16(above, below);
    const int16x4_t pixels = vqmovn_s32(rows(left, right, low, high));
    const int16x4_t beyond = vshr_n_s16(ujpeg_half_size_neon(pixels), 9); // 0 up to UJPEG_PIXEL_MAX
    const uint8x8_t bytes = vqmovun_s16(vcombine_s16(vqadd_s16(pixels, vdup_n_s16(128)), vdup_n_s16(0)));
    vst1_lane_u16((uint16_t *)out, vreinterpret_u16_u8(bytes), 0);
    vst1_lane_u16((uint16_t *)(out + stride), vreinterpret_u16_u8(bytes), 1);
    // Up to UJPEG_DEQUANTISED_MAX and UJPEG_BETWEEN_MAX these shifts leave 0.
    const int16x8_t bad = vorrq_s16(vshrq_n_s16(worst, 12), vshrq_n_s16(between, 13));
    const int16x4_t any = vorr_s16(vorr_s16(vget_low_s16(bad), vget_high_s16(bad)), beyond);
    return vget_lane_u64(vreinterpret_u64_s16(any), 0) == 0;
}

#endif
