#include "fft.h"

// sin(2 pi k / 128) * 2^31, 1 as 2^31 - 1.
static const int32_t sine[FFT_MAX_SIDE / 4 + 1] = {
    0, 105372028, 210490206, 315101295, 418953276, 521795963,
    623381598, 723465451, 821806413, 918167572, 1012316784, 1104027237,
    1193077991, 1279254516, 1362349204, 1442161874, 1518500250, 1591180426,
    1660027308, 1724875040, 1785567396, 1841958164, 1893911494, 1941302225,
    1984016189, 2021950484, 2055013723, 2083126254, 2106220352, 2124240380,
    2137142927, 2144896910, 2147483647,
};

static int32_t sine_at(uint32_t k) {
    const uint32_t quarter = FFT_MAX_SIDE / 4;
    k %= FFT_MAX_SIDE;
    const uint32_t within = k % (2 * quarter);
    const int32_t value = sine[within <= quarter ? within : 2 * quarter - within];
    return k < 2 * quarter ? value : -value;
}

fft_twiddle_t fft_twiddle(uint32_t k, uint32_t side) {
    const uint32_t step = k * (FFT_MAX_SIDE / side);
    return (fft_twiddle_t) {sine_at(step + FFT_MAX_SIDE / 4), sine_at(step)};
}

uint32_t fft_reversed(uint32_t k, uint32_t side) {
    uint32_t reversed = 0;
    for (uint32_t bit = 1; bit < side; bit <<= 1) {
        reversed = reversed << 1 | (k & 1);
        k >>= 1;
    }
    return reversed;
}

static fft_row_t row_of(fft_plane_t plane, uint32_t y) {
    const size_t start = (size_t)y * plane.side;
    return (fft_row_t) {plane.re + start, plane.im + start};
}

void fft_forward(fft_plane_t plane, fft_butterfly_t butterfly) {
    for (uint32_t half = plane.side / 2; half >= 1; half /= 2) {
        for (uint32_t j = 0; j < half; ++j) {
            fft_twiddle_t w = fft_twiddle(j, 2 * half);
            w.im = -w.im;
            for (uint32_t y = j; y < plane.side; y += 2 * half) {
                butterfly(row_of(plane, y), row_of(plane, y + half), plane.side, w);
            }
        }
    }
}

void fft_inverse(fft_plane_t plane, fft_butterfly_t butterfly) {
    for (uint32_t half = 1; half < plane.side; half *= 2) {
        for (uint32_t j = 0; j < half; ++j) {
            const fft_twiddle_t w = fft_twiddle(j, 2 * half);
            for (uint32_t y = j; y < plane.side; y += 2 * half) {
                butterfly(row_of(plane, y), row_of(plane, y + half), plane.side, w);
            }
        }
    }
}

static void transpose(int32_t *values, uint32_t side) {
    for (uint32_t y = 1; y < side; ++y) {
        for (uint32_t x = 0; x < y; ++x) {
            const int32_t value = values[y * side + x];
            values[y * side + x] = values[x * side + y];
            values[x * side + y] = value;
        }
    }
}

void fft_transpose(fft_plane_t plane) {
    transpose(plane.re, plane.side);
    transpose(plane.im, plane.side);
}
