// The gradient of a row of pixels: [-1, 0, 1] across and down.
// left: size + 2 pixels, from the one left of the first on. magnitude: GRADIENT_GAIN * length, at most 19,003.
// position: where the unsigned orientation (0..180 degrees, 0 = brighter to the right, 90 = brighter downwards) lies
// among nine bins of 20 degrees, from the centre of bin 0 on, in 1/GRADIENT_BIN of a bin: 0..9215.
#ifndef GRADIENT_H
#define GRADIENT_H

#include <stdint.h>

#define GRADIENT_BIN (1024)
#define GRADIENT_HALF_TURN (9 * GRADIENT_BIN)
#define GRADIENT_SHIFT (5)
#define GRADIENT_STEPS (8)
// 2^5 * product of sqrt(1 + 4^-i) over the steps = 52.696; 255 * sqrt(2) * 52.696 < 2^15.

// atan(2^-i), 180 degrees = GRADIENT_HALF_TURN.
static const int16_t gradient_angles[GRADIENT_STEPS] = {2304, 1360, 719, 365, 183, 92, 46, 23};

#endif
