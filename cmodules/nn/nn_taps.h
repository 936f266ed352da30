// Which taps of a 3x3 window padded by one pixel fall inside the picture.
#ifndef NN_TAPS_H
#define NN_TAPS_H

#include <stdint.h>

typedef struct {
    int32_t start; // coordinate of tap 0, -1 at the near edge
    int32_t first; // taps first <= k < end are inside
    int32_t end;
} nn_taps_t;

static inline nn_taps_t nn_taps(int32_t out, int32_t stride, int32_t size) {
    const int32_t start = out * stride - 1;
    return (nn_taps_t) {start, start < 0 ? 1 : 0, size - start < 3 ? size - start : 3};
}

static inline int nn_taps_inside(nn_taps_t taps) {
    return taps.end - taps.first == 3;
}

#endif
