// Walking a 3x3 layer with few input channels, eight output channels at a time, along whole rows.
#ifndef CONV2D_ROWS__NEON_H
#define CONV2D_ROWS__NEON_H

#include "nn.h"

// The kernels' assembly knows this layout.
typedef struct {
    int32_t bias[8];
    int32_t multiplier[8];
    int32_t minus_shift[8];
    int16_t output_zero[8];
    int8_t low[8], high[8];
    int8_t weights[]; // the kernel's own arrangement
} conv2d_panel_t;

// `count` windows; rows[i] is the first window's first byte in each row, windows are `step` bytes apart and outputs
// (eight bytes each) `output_step`.
typedef void conv2d_row_t(const conv2d_panel_t *panel, const int8_t *const rows[3], size_t step, size_t count,
    int8_t *output, size_t output_step);

// Bytes of packed memory for panels with `weights` bytes of weights each.
size_t conv2d_rows_packed_size(const nn_layer_t *layer, size_t weights);

// Fills everything but the weights.
void conv2d_rows_pack(nn_layer_t *layer, size_t weights);

conv2d_panel_t *conv2d_rows_panel(const nn_layer_t *layer, size_t weights, size_t index);

void conv2d_rows_run(const nn_layer_t *layer, size_t weights, conv2d_row_t *row, const int8_t *input, int8_t *output);

#endif
