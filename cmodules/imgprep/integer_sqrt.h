#ifndef INTEGER_SQRT_H
#define INTEGER_SQRT_H

#include <stdint.h>

// floor(sqrt(n)), a binary digit a step.
static inline uint32_t integer_sqrt_u32(uint32_t n) {
    uint32_t root = 0;
    for (uint32_t bit = n ? (uint32_t)1 << ((31 - __builtin_clz(n)) & ~1) : 0; bit != 0; bit >>= 2) {
        const uint32_t taken = root + bit;
        root >>= 1;
        if (n >= taken) {
            n -= taken;
            root += bit;
        }
    }
    return root;
}

static inline uint32_t integer_sqrt(uint64_t n) {
    if (n <= UINT32_MAX) {
        return integer_sqrt_u32((uint32_t)n);
    }
    uint64_t root = 0;
    for (uint64_t bit = (uint64_t)1 << ((63 - __builtin_clzll(n)) & ~1); bit != 0; bit >>= 2) {
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
