#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imgprep_grid.h"
#include "imgprep_kernels.h"

#define LONGEST (130)

static void failed(grid_t *result, const char *kernel, size_t size) {
    result->different += 1;
    printf("%s: size %zu\n", kernel, size);
}

static int32_t random_s32(uint32_t limit) {
    return (int32_t)grid_random(2 * limit - 1) - (int32_t)(limit - 1);
}

grid_t grid_sums(void) {
    grid_t result = {0, 0};
    for (size_t size = 0; size <= LONGEST * 4; ++size, ++result.cases) {
        const size_t now = size < LONGEST ? size : size < LONGEST * 4 ? size * 7 : SUM_SQUARES_MAX;
        uint8_t *a = grid_memory(now), *b = grid_memory(now);
        uint32_t plain[2], neon[2];
        grid_fill(a, now);
        grid_fill(b, now);
        sum_squares_u8__c(a, now, plain);
        sum_squares_u8__neon(a, now, neon);
        if (memcmp(plain, neon, sizeof(plain)) != 0) {
            failed(&result, "sum_squares_u8", now);
        }
        if (sum_abs_diff_u8__c(a, b, now) != sum_abs_diff_u8__neon(a, b, now)) {
            failed(&result, "sum_abs_diff_u8", now);
        }
        grid_free(a, now), grid_free(b, now);
    }
    return result;
}

grid_t grid_laplacian(void) {
    grid_t result = {0, 0};
    for (size_t size = 1; size <= LONGEST + 20; ++size, ++result.cases) {
        const size_t now = size <= LONGEST ? size : size < LONGEST + 20 ? size * 13 : LAPLACIAN_MAX, row = now + 2;
        uint8_t *pixels = grid_memory(3 * row);
        int32_t plain, neon;
        uint32_t plain_squares, neon_squares;
        grid_fill(pixels, 3 * row);
        if (size % 3 == 0) { // the largest squares: single bright pixels
            for (size_t i = 0; i < 3 * row; ++i) {
                pixels[i] = (i % row + i / row) % 2 ? 255 : 0;
            }
        }
        laplacian_u8__c(pixels + row + 1, row, now, &plain, &plain_squares);
        laplacian_u8__neon(pixels + row + 1, row, now, &neon, &neon_squares);
        if (plain != neon || plain_squares != neon_squares) {
            failed(&result, "laplacian_u8", now);
        }
        grid_free(pixels, 3 * row);
    }
    return result;
}

grid_t grid_colour_bins(void) {
    grid_t result = {0, 0};
    for (size_t size = 0; size <= LONGEST; ++size, ++result.cases) {
        uint8_t *pixels = grid_memory(3 * size), *plain = grid_memory(size), *neon = grid_memory(size);
        grid_fill(pixels, 3 * size);
        colour_bins_u8x3__c(pixels, size, plain);
        colour_bins_u8x3__neon(pixels, size, neon);
        if (memcmp(plain, neon, size) != 0) {
            failed(&result, "colour_bins_u8x3", size);
        }
        grid_free(pixels, 3 * size), grid_free(plain, size), grid_free(neon, size);
    }
    return result;
}

static int gradients_differ(const uint8_t *left, const uint8_t *above, const uint8_t *below, size_t size) {
    const size_t bytes = size * sizeof(uint16_t);
    uint16_t *plain = (uint16_t *)grid_memory(2 * bytes), *neon = (uint16_t *)grid_memory(2 * bytes);
    gradient_u8__c(left, above, below, size, plain, plain + size);
    gradient_u8__neon(left, above, below, size, neon, neon + size);
    const int different = memcmp(plain, neon, 2 * bytes) != 0;
    grid_free(plain, 2 * bytes), grid_free(neon, 2 * bytes);
    return different;
}

// Random rows of every length, then every gradient there is: 511 * 511.
grid_t grid_gradient(void) {
    grid_t result = {0, 0};
    for (size_t size = 1; size <= LONGEST; ++size, ++result.cases) {
        uint8_t *left = grid_memory(size + 2), *above = grid_memory(size), *below = grid_memory(size);
        grid_fill(left, size + 2);
        grid_fill(above, size);
        grid_fill(below, size);
        if (gradients_differ(left, above, below, size)) {
            failed(&result, "gradient_u8", size);
        }
        grid_free(left, size + 2), grid_free(above, size), grid_free(below, size);
    }
    uint8_t above[511], below[511], left[513] = {0};
    for (int i = 0; i < 511; ++i) {
        above[i] = (uint8_t)(i < 255 ? 255 - i : 0);
        below[i] = (uint8_t)(i < 255 ? 0 : i - 255);
    }
    for (int dx = -255; dx <= 255; ++dx, ++result.cases) {
        for (int i = 0; i < 513; ++i) { // left[i + 2] - left[i] is dx at every fourth and fifth place, else -dx
            left[i] = (uint8_t)(((i & 2) != 0) == (dx > 0) ? abs(dx) : 0);
        }
        for (int start = 0; start < 4; ++start) {
            if (gradients_differ(left, above + start, below + start, 511 - 4)) {
                failed(&result, "gradient_u8", 511);
            }
        }
    }
    return result;
}

static void fill_row(int32_t *values, size_t size, uint32_t limit) {
    for (size_t i = 0; i < size; ++i) {
        values[i] = random_s32(limit);
    }
}

grid_t grid_butterfly(void) {
    static const fft_butterfly_t kernels[2][2] = {{butterfly_dif_s32__c, butterfly_dif_s32__neon},
        {butterfly_dit_s32__c, butterfly_dit_s32__neon}};
    grid_t result = {0, 0};
    for (uint32_t i = 0; i < 2 * 4 * 64; ++i, ++result.cases) {
        const uint32_t size = 16u << (i / 2 % 4);
        const fft_twiddle_t w = fft_twiddle(i / 8, 2 * 64);
        int32_t rows[2][4][FFT_MAX_SIDE];
        fill_row(rows[0][0], 4 * FFT_MAX_SIDE, 1u << 29);
        memcpy(rows[1], rows[0], sizeof(rows[0]));
        for (int set = 0; set < 2; ++set) {
            kernels[i % 2][set]((fft_row_t) {rows[set][0], rows[set][1]}, (fft_row_t) {rows[set][2], rows[set][3]}, size, w);
        }
        if (memcmp(rows[0], rows[1], sizeof(rows[0])) != 0) {
            failed(&result, i % 2 ? "butterfly_dit_s32" : "butterfly_dif_s32", size);
        }
    }
    return result;
}

grid_t grid_phasor(void) {
    grid_t result = {0, 0};
    for (uint32_t i = 0; i < 400; ++i, ++result.cases) {
        const uint32_t size = 4 * (1 + i % 32), limit = i < 200 ? 1u << 29 : 1u << (1 + i % 29);
        int32_t rows[2][2][FFT_MAX_SIDE];
        fill_row(rows[0][0], 2 * FFT_MAX_SIDE, limit);
        memcpy(rows[1], rows[0], sizeof(rows[0]));
        phasor_s32__c(rows[0][0], rows[0][1], size);
        phasor_s32__neon(rows[1][0], rows[1][1], size);
        if (memcmp(rows[0], rows[1], sizeof(rows[0])) != 0) {
            failed(&result, "phasor_s32", size);
        }
    }
    return result;
}
