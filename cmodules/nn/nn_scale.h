// nn_requantize() in few instructions, for layers whose numbers are small enough.
//
// With acc2 = 2 * (sum + bias), (acc2 * multiplier) >> 32 is nn_requantize.h's t; `round` adds 2^(shift - 1) and
// output_zero in one step.
#ifndef NN_SCALE_H
#define NN_SCALE_H

#include "nn.h"

typedef struct {
    int32_t twice_bias;
    int32_t multiplier;
    int32_t round; // 2^(shift - 1) + output_zero * 2^shift
    int32_t shift;
} nn_scale_t;

// Whether nothing overflows: |bias| is at most 2^28, shift at most 21; and sums must stay within 2^28.
bool nn_scale_fits(const nn_layer_t *layer);

// One scale for each output channel.
void nn_scale_pack(const nn_layer_t *layer, nn_scale_t *scales);

#define NN_SCALE_PIXELS (4)

// Up to NN_SCALE_PIXELS pixels that follow each other: sums [channels][NN_SCALE_PIXELS], output [pixels][channels],
// saturated to int8, not yet clamped.
void nn_scale_run(const nn_scale_t *scales, int32_t channels, const int32_t *sums, int32_t pixels, int8_t *output);

// What saturation left of the clamp to low..high.
void nn_scale_clamp(const nn_layer_t *layer, int8_t *output);

#endif
