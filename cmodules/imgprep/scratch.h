// Scratch memory comes from anywhere, a slice of a bytearray for example: sizes include what aligning it may cost.
#ifndef SCRATCH_H
#define SCRATCH_H

#include <stdint.h>

#define SCRATCH_SLACK (15)

static inline void *scratch_aligned(void *scratch) {
    return (uint8_t *)scratch + (-(uintptr_t)scratch & SCRATCH_SLACK);
}

#endif
