// From an int32 accumulator to an int8 value. This file defines the arithmetic for every kernel and for training.
#ifndef NN_REQUANTIZE_H
#define NN_REQUANTIZE_H

#include <stdint.h>

#define NN_MULTIPLIER_MIN (INT32_C(1) << 30)
#define NN_SHIFT_MIN (1)
#define NN_SHIFT_MAX (31)

_Static_assert((INT64_C(-3) >> 1) == -2, "right shifts of negative numbers must round down");

// The real scale is multiplier * 2^-31 * 2^-shift: below 0.5, so the sums below stay in their types.
static inline int8_t nn_requantize(int32_t acc, int32_t multiplier, uint32_t shift, int32_t output_zero, int32_t low,
    int32_t high) {
    int64_t t = ((int64_t)acc * multiplier) >> 31;
    int32_t y = (int32_t)((t + (INT64_C(1) << (shift - 1))) >> shift);
    int32_t q = y + output_zero;
    return (int8_t)(q < low ? low : q > high ? high : q);
}

#endif
