// Fixed-point Fourier transform of a square picture of side 16 to FFT_MAX_SIDE, a power of two: the transform runs
// down the columns, all of them at once, and a transposition in between makes it two-dimensional.
// Values must stay below 2^30; nothing is scaled, so that a transform multiplies by at most `side`.
#ifndef FFT_H
#define FFT_H

#include <stddef.h>
#include <stdint.h>

#define FFT_MAX_SIDE (128)

typedef struct {
    int32_t *re, *im; // side * side values each
    uint32_t side;
} fft_plane_t;

typedef struct {
    int32_t *re, *im;
} fft_row_t;

// In 1/2^31. 1 is 2^31 - 1: times that, rounded, is the same number below 2^30.
typedef struct {
    int32_t re, im;
} fft_twiddle_t;

// round(a * b / 2^31), half up: what vqrdmulh gives.
static inline int32_t fft_product(int32_t a, int32_t b) {
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

typedef void (*fft_butterfly_t)(fft_row_t a, fft_row_t b, size_t size, fft_twiddle_t w);

// exp(2 pi i k / side)
fft_twiddle_t fft_twiddle(uint32_t k, uint32_t side);
// The place of frequency k after fft_forward().
uint32_t fft_reversed(uint32_t k, uint32_t side);
// Down the columns, decimation in frequency (butterfly_dif_s32): rows in natural order to rows in bit-reversed order.
void fft_forward(fft_plane_t plane, fft_butterfly_t butterfly);
// And back, decimation in time (butterfly_dit_s32), without the division by side.
void fft_inverse(fft_plane_t plane, fft_butterfly_t butterfly);
void fft_transpose(fft_plane_t plane);

#endif
