#ifndef NN_DOT_H
#define NN_DOT_H

#include <stdint.h>

static inline int32_t nn_dot_s8(const int8_t *restrict a, const int8_t *restrict b, int32_t count) {
    int32_t sum = 0;
    for (int32_t i = 0; i < count; ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

#endif
