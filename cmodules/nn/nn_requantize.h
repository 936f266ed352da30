// From an int32 accumulator to an int8 value. This file defines the arithmetic for every kernel and for training:
//   t = (acc * multiplier) >> 31, y = (t + 2^(shift - 1)) >> shift, q = y + output_zero clamped to low..high,
// with right shifts that round down.
#ifndef NN_REQUANTIZE_H
#define NN_REQUANTIZE_H

#include <stdint.h>

#define NN_MULTIPLIER_MIN (INT32_C(1) << 30)
#define NN_SHIFT_MIN (1)
#define NN_SHIFT_MAX (31)

_Static_assert((INT64_C(-3) >> 1) == -2, "right shifts of negative numbers must round down");

// t fits int32 because multiplier < 2^31. Halving first and adding 1 to what is left rounds as adding 2^(shift - 1)
// before the whole shift does, and cannot overflow; nor can y + output_zero: the real scale
// multiplier * 2^-31 * 2^-shift is below 0.5.
static inline int8_t nn_requantize(int32_t acc, int32_t multiplier, uint32_t shift, int32_t output_zero, int32_t low,
    int32_t high) {
    const int32_t t = (int32_t)(((int64_t)acc * multiplier) >> 31);
    const int32_t y = ((t >> (shift - 1)) + 1) >> 1;
    const int32_t q = y + output_zero;
    return (int8_t)(q < low ? low : q > high ? high : q);
}

#endif
