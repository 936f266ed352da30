// Inner loops of depthwise_s8_3x3__neon: eight channels along a row of outputs.
#ifndef NN_DEPTHWISE_NEON_H
#define NN_DEPTHWISE_NEON_H

#include "nn_kernels.h"
#include "nn_layer.h"

#ifdef __ARM_NEON

#include <arm_neon.h>

// Parameters of eight channels, in the order in which the loops load them.
typedef struct {
    int8_t weights[9][8];
    int8_t padding[3][8]; // input_zero, for a column of three rows
    int32_t bias[8];
    int32_t multiplier[8];
    int32_t minus_shift[8];
    int16_t output_zero[8];
    int8_t low[16];
} nn_depthwise_group_t;

_Static_assert(sizeof(nn_depthwise_group_t) == 96 + 4 * 32, "the loops step from one array to the next");

// Pointers to the group's first channel in column 0.
typedef struct {
    const int8_t *in[4]; // rows of the window from the top; with stride 2 only three
    int8_t *out[2];      // with stride 2 only one
    int32_t step;        // bytes from one column to the next, of inputs and outputs
    int32_t in_w, out_w;
} nn_depthwise_rows_t;

// Stride 1, two output rows; out[1] is written before out[0], which may be the same.
void nn_depthwise_walk_1(const nn_depthwise_rows_t *rows, const nn_depthwise_group_t *group);

// Stride 2, one output row.
void nn_depthwise_walk_2(const nn_depthwise_rows_t *rows, const nn_depthwise_group_t *group);

#endif

#endif
