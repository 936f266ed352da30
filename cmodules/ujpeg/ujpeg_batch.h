// Blocks on their way from the entropy decoder to pixels, four side by side.
#ifndef UJPEG_BATCH_H
#define UJPEG_BATCH_H

#include <stdint.h>

#define UJPEG_BATCH (4)

// Coefficient k of block i, in zigzag order and not dequantised, at [k][i]; the DC one modulo 2^16. Zeros but for what
// the entropy decoder has put there.
typedef int32_t ujpeg_batch_t[64][UJPEG_BATCH];

// Largest dequantised AC coefficient that the fast path takes: so large that pictures do not have it, so small that
// ujpeg_idct_2x2__c.c cannot overflow.
#define UJPEG_DEQUANTISED_MAX (25000)

// Used by the transform to 2x2 pixels: rows and columns 0, 1, 3, 5 and 7 of a block.
#define UJPEG_QUARTER_COEFFICIENTS (25)

typedef struct {
    int16_t natural[64]; // quantisation steps in natural order
    uint32_t size_max;   // bits of a coefficient that is within UJPEG_DEQUANTISED_MAX wherever it is
    // Of the coefficients in ujpeg_quarter_zigzag: quantisation step times the transform's factor of their row.
    int32_t quarter[UJPEG_QUARTER_COEFFICIENTS + 7];
} ujpeg_dequant_t;

// Natural order of the zigzag's 64 positions, and the other way round.
extern const uint8_t ujpeg_zigzag[64];
extern const uint8_t ujpeg_zigzag_of[64];
// Their positions in the zigzag, ascending.
extern const uint8_t ujpeg_quarter_zigzag[UJPEG_QUARTER_COEFFICIENTS];

// From 64 quantisation steps in zigzag order.
void ujpeg_dequant_prepare(ujpeg_dequant_t *dequant, const uint8_t quant[64]);

#endif
