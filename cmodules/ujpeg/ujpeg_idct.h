// Inverse cosine transforms of one 8x8 block to 8x8, 4x4, 2x2 or 1x1 pixels: the arithmetic of libjpeg's islow method
// (C. Loeffler, A. Ligtenberg and G. Moschytz, 1989, with 13-bit constants; the smaller ones leave out high
// frequencies), in integers, so that every pixel equals libjpeg-turbo's.
//
// libjpeg-turbo's C and SIMD code agree with each other only while nothing overflows 16 bits and the pixels are not
// absurdly far outside 0..255. These transforms return false where that is in doubt.
#ifndef UJPEG_IDCT_H
#define UJPEG_IDCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UJPEG_CONST_BITS (13)
#define UJPEG_PASS1_BITS (2)
// Largest dequantised coefficient: eight of them times constants below 4 * 2^13 fit 32 bits.
#define UJPEG_DEQUANTISED_MAX (4095)
// Largest value between the two passes, for the same reason.
#define UJPEG_BETWEEN_MAX (8191)
// Pixels before 128 is added; beyond this libjpeg's table wraps around.
#define UJPEG_PIXEL_MAX (511)

// Coefficients, which are zeros afterwards, and quantisation in natural order; side x side pixels to rows of `stride`
// bytes.
typedef bool ujpeg_idct_fn(int16_t coefficients[64], const int16_t quant[64], uint8_t *out, size_t stride);
ujpeg_idct_fn ujpeg_idct_1x1__c;
ujpeg_idct_fn ujpeg_idct_2x2__c;
ujpeg_idct_fn ujpeg_idct_4x4__c;
ujpeg_idct_fn ujpeg_idct_8x8__c;
ujpeg_idct_fn ujpeg_idct_2x2__neon;
ujpeg_idct_fn ujpeg_idct_4x4__neon;
ujpeg_idct_fn ujpeg_idct_8x8__neon;

// The transform for blocks of side 1, 2, 4 or 8 on this processor.
ujpeg_idct_fn *ujpeg_idct(uint32_t side);

static inline int32_t ujpeg_descale(int32_t value, int bits) {
    return (value + (1 << (bits - 1))) >> bits;
}

// *worst gets bits if value is outside -max - 1 .. max; max is 2^n - 1.
static inline void ujpeg_watch(uint32_t *worst, int32_t value, int32_t max) {
    *worst |= (uint32_t)(value + max + 1) & ~(uint32_t)(2 * max + 1);
}

static inline uint8_t ujpeg_pixel(int32_t value) {
    value += 128;
    return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

#endif
