#ifdef __ARM_NEON

#include <arm_neon.h>

#include "gradient.h"
#include "imgprep_kernels.h"

typedef struct {
    int16x8_t x, y, angle;
} vector_t;

static inline int16x8_t negated_where(int16x8_t value, int16x8_t mask) {
    return vsubq_s16(veorq_s16(value, mask), mask);
}

// A step of the CORDIC; a macro because the shift is part of the instruction.
#define ROTATE(v, i) do { \
        const int16x8_t negative = vshrq_n_s16((v).y, 15); \
        const int16x8_t dx = negated_where(vshrq_n_s16((v).y, i), negative); \
        const int16x8_t dy = negated_where(vshrq_n_s16((v).x, i), negative); \
        (v).angle = vaddq_s16((v).angle, negated_where(vdupq_n_s16(gradient_angles[i]), negative)); \
        (v).x = vaddq_s16((v).x, dx); \
        (v).y = vsubq_s16((v).y, dy); \
    } while (0)

// Into the first quarter: half a turn is no difference, a quarter is noted.
static inline vector_t first_quarter(int16x8_t x, int16x8_t y) {
    const int16x8_t zero = vdupq_n_s16(0);
    const int16x8_t flat_left = vandq_s16(vreinterpretq_s16_u16(vceqq_s16(y, zero)), vshrq_n_s16(x, 15));
    const int16x8_t flip = vorrq_s16(vshrq_n_s16(y, 15), flat_left);
    x = negated_where(x, flip);
    y = negated_where(y, flip);
    const uint16x8_t turn = vcltq_s16(x, zero);
    return (vector_t) {vbslq_s16(turn, y, x), vabsq_s16(vbslq_s16(turn, x, y)),
        vandq_s16(vreinterpretq_s16_u16(turn), vdupq_n_s16(GRADIENT_HALF_TURN / 2))};
}

static inline int16x8_t difference(const uint8_t *a, const uint8_t *b) {
    return vshlq_n_s16(vreinterpretq_s16_u16(vsubl_u8(vld1_u8(a), vld1_u8(b))), GRADIENT_SHIFT);
}

void gradient_u8__neon(const uint8_t *left, const uint8_t *above, const uint8_t *below, size_t size,
    uint16_t *magnitude, uint16_t *position) {
    if (size < 8) {
        gradient_u8__c(left, above, below, size, magnitude, position);
        return;
    }
    for (size_t begin = 0; begin < size; begin += 8) {
        const size_t i = begin + 8 <= size ? begin : size - 8; // the last eight overlap those before
        vector_t v = first_quarter(difference(left + i + 2, left + i), difference(below + i, above + i));
        // The first step sees y >= 0.
        const int16x8_t x = v.x;
        v.x = vaddq_s16(x, v.y);
        v.y = vsubq_s16(v.y, x);
        v.angle = vaddq_s16(v.angle, vdupq_n_s16(gradient_angles[0] - GRADIENT_BIN / 2));
        ROTATE(v, 1);
        ROTATE(v, 2);
        ROTATE(v, 3);
        ROTATE(v, 4);
        ROTATE(v, 5);
        ROTATE(v, 6);
        ROTATE(v, 7);
        const int16x8_t below_zero = vandq_s16(vshrq_n_s16(v.angle, 15), vdupq_n_s16(GRADIENT_HALF_TURN));
        vst1q_u16(magnitude + i, vreinterpretq_u16_s16(v.x));
        vst1q_u16(position + i, vreinterpretq_u16_s16(vaddq_s16(v.angle, below_zero)));
    }
}

#endif
