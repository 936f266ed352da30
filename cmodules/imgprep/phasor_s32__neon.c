#ifdef __ARM_NEON

#include <arm_neon.h>

#include "imgprep_kernels.h"
#include "phasor.h"

static inline int32x4_t negated_where(int32x4_t value, int32x4_t mask) {
    return vsubq_s32(veorq_s32(value, mask), mask);
}

// `size` is a multiple of 4.
void phasor_s32__neon(int32_t *re, int32_t *im, size_t size) {
    const int32x4_t zero = vdupq_n_s32(0);
    for (size_t i = 0; i < size; i += 4) {
        int32x4_t x = vld1q_s32(re + i), y = vld1q_s32(im + i), v = zero;
        const int32x4_t nothing = vreinterpretq_s32_u32(vceqq_s32(vorrq_s32(x, y), zero));
        const int32x4_t left = vshrq_n_s32(x, 31);
        int32x4_t u = negated_where(vdupq_n_s32(PHASOR_START), left);
        x = negated_where(x, left);
        y = negated_where(y, left);
        for (int step = 0; step < PHASOR_STEPS; ++step) {
            const int32x4_t negative = vshrq_n_s32(y, 31), shift = vdupq_n_s32(-step);
            const int32x4_t dx = negated_where(vshlq_s32(y, shift), negative);
            const int32x4_t dy = negated_where(vshlq_s32(x, shift), negative);
            const int32x4_t du = negated_where(vshlq_s32(v, shift), negative);
            const int32x4_t dv = negated_where(vshlq_s32(u, shift), negative);
            x = vaddq_s32(x, dx);
            y = vsubq_s32(y, dy);
            u = vsubq_s32(u, du);
            v = vaddq_s32(v, dv);
        }
        vst1q_s32(re + i, vbicq_s32(vrshrq_n_s32(u, 8), nothing));
        vst1q_s32(im + i, vbicq_s32(vrshrq_n_s32(v, 8), nothing));
    }
}

#endif
