// Rows of the picture at scale 1/8 from DC coefficients.
#ifndef UJPEG_DC_ROW_H
#define UJPEG_DC_ROW_H

#include <stdbool.h>
#include <stdint.h>

// dcs holds MCUs of h x v DC coefficients; row gets the pixels of the blocks in row `line` (0..v-1) of `mcus` MCUs.
// quant is the DC quantisation. False where a pixel is absurdly far outside 0..255, as in ujpeg_idct.h.
typedef bool ujpeg_dc_row_fn(const int16_t *dcs, uint32_t h, uint32_t v, uint32_t line, uint32_t mcus, int32_t quant,
    uint8_t *row);
ujpeg_dc_row_fn ujpeg_dc_row__c;
ujpeg_dc_row_fn ujpeg_dc_row__neon;

ujpeg_dc_row_fn *ujpeg_dc_row(void);

#endif
