// Inverse cosine transforms of a batch of 8x8 blocks to 8x8, 4x4 or 2x2 pixels each: the arithmetic of libjpeg's islow
// method (C. Loeffler, A. Ligtenberg and G. Moschytz, 1989, with 13-bit constants; the smaller ones leave out high
// frequencies), in integers, so that every pixel equals libjpeg-turbo's.
//
// libjpeg-turbo's C and SIMD code agree with each other only while nothing overflows 16 bits and the pixels are not
// absurdly far outside 0..255. These transforms return false where that is in doubt.
#ifndef UJPEG_IDCT_H
#define UJPEG_IDCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ujpeg_batch.h"

#define UJPEG_CONST_BITS (13)
#define UJPEG_PASS1_BITS (2)
// Largest dequantised coefficient of the transforms to 8x8 and 4x4: eight of them times constants below 4 * 2^13 fit 32
// bits.
#define UJPEG_INPUT_MAX (4095)
// Largest value between their two passes, for the same reason.
#define UJPEG_BETWEEN_MAX (8191)
// Of the transform to 2x2: the sum of all sizes between its two passes, with twice the DC coefficient.
#define UJPEG_QUARTER_SUM_MAX (32767)
// Pixels before 128 is added; beyond this libjpeg's table wraps around.
#define UJPEG_PIXEL_MAX (511)

// Factors of the transform to 2x2 for rows or columns 1, 3, 5 and 7.
#define UJPEG_QUARTER_1 (29692)
#define UJPEG_QUARTER_3 (-10426)
#define UJPEG_QUARTER_5 (6967)
#define UJPEG_QUARTER_7 (-5906)

// The batch, which is zeros afterwards; side x side pixels of every block to rows of `stride` bytes.
typedef bool ujpeg_idct_fn(ujpeg_batch_t batch, const ujpeg_dequant_t *dequant, uint8_t *const out[UJPEG_BATCH],
    size_t stride);
ujpeg_idct_fn ujpeg_idct_2x2__c;
ujpeg_idct_fn ujpeg_idct_4x4__c;
ujpeg_idct_fn ujpeg_idct_8x8__c;
ujpeg_idct_fn ujpeg_idct_2x2__neon;

// The transform for blocks of side 2, 4 or 8 on this processor.
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
