#ifndef INTEGER_SQRT_H
#define INTEGER_SQRT_H

#include <stdint.h>

// floor(sqrt(n)), a binary digit a step.
static inline uint32_t integer_sqrt(uint64_t n) {
    uint64_t root = 0;
    uint64_t bit = (uint64_t)1 << 62;
    while (bit > n) {
        bit >>= 2;
    }
    for (; bit != 0; bit >>= 2) {
        if (n >= root + bit) {
            n -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return (uint32_t)root;
}

#endif
