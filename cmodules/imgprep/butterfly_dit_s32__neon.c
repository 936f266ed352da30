#ifdef __ARM_NEON

#include <arm_neon.h>

#include "imgprep_kernels.h"

// `size` is a multiple of 4.
void butterfly_dit_s32__neon(fft_row_t a, fft_row_t b, size_t size, fft_twiddle_t w) {
    const int32x2_t factors = {w.re, w.im};
    for (size_t i = 0; i < size; i += 4) {
        const int32x4_t a_re = vld1q_s32(a.re + i), a_im = vld1q_s32(a.im + i);
        int32x4_t re = vld1q_s32(b.re + i), im = vld1q_s32(b.im + i);
        if (w.im != 0) {
            const int32x4_t before = re;
            re = vsubq_s32(vqrdmulhq_lane_s32(re, factors, 0), vqrdmulhq_lane_s32(im, factors, 1));
            im = vaddq_s32(vqrdmulhq_lane_s32(before, factors, 1), vqrdmulhq_lane_s32(im, factors, 0));
        }
        vst1q_s32(a.re + i, vaddq_s32(a_re, re));
        vst1q_s32(a.im + i, vaddq_s32(a_im, im));
        vst1q_s32(b.re + i, vsubq_s32(a_re, re));
        vst1q_s32(b.im + i, vsubq_s32(a_im, im));
    }
}

#endif
