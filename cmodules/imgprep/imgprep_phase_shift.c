#include <stdbool.h>
#include <string.h>

#include "fft.h"
#include "imgprep.h"
#include "imgprep_kernels.h"
#include "phasor.h"
#include "scratch.h"

#define NORMAL_BITS (29) // what a phasor kernel takes
#define SUBPIXELS (16)

typedef struct {
    const imgprep_kernels_t *kernels;
    fft_plane_t plane;
    int32_t *re, *im; // a row
    int bits;         // of a grey level's fraction
    uint32_t counted; // frequencies that both pictures contain
} phase_t;

static bool side_fits(int32_t side) {
    return side >= IMGPREP_PHASE_MIN_SIDE && side <= IMGPREP_PHASE_MAX_SIDE && (side & (side - 1)) == 0;
}

size_t imgprep_phase_shift_scratch_size(int32_t side) {
    return side_fits(side) ? SCRATCH_SLACK + 2 * ((size_t)side * side + side) * sizeof(int32_t) : 0;
}

static int32_t mean(const phase_t *phase, const uint8_t *pixels) {
    const size_t count = (size_t)phase->plane.side * phase->plane.side;
    uint32_t sums[2];
    phase->kernels->sum_squares_u8(pixels, count, sums);
    return (int32_t)(sums[0] / count);
}

// Hann window in 1/2^15, periodic: (1 - cos(2 pi i / side)) / 2.
static int32_t hann(uint32_t i, uint32_t side) {
    return (int32_t)((((int64_t)1 << 31) - fft_twiddle(i, side).re) >> 17);
}

// As many as 28 bits have room for once side * side values are summed: 6 for 128, 12 for 16.
static int fraction_bits(uint32_t side) {
    int bits = 20;
    for (; side > 1; side /= 2) {
        bits -= 2;
    }
    return bits;
}

// Deviation from the mean times window, in 1/2^bits of a grey level.
static void load(const uint8_t *pixels, const phase_t *phase, int32_t *values) {
    const uint32_t side = phase->plane.side;
    const int32_t middle = mean(phase, pixels);
    int32_t window[FFT_MAX_SIDE];
    for (uint32_t i = 0; i < side; ++i) {
        window[i] = hann(i, side);
    }
    for (uint32_t y = 0; y < side; ++y) {
        for (uint32_t x = 0; x < side; ++x) {
            const int32_t weight = (window[y] * window[x]) >> 15;
            *values++ = ((*pixels++ - middle) * weight) >> (15 - phase->bits);
        }
    }
}

static inline int64_t longer(int64_t re, int64_t im) {
    const int64_t a = re < 0 ? -re : re, b = im < 0 ? -im : im;
    return a > b ? a : b;
}

// The spectra of two real pictures a, b from that of a + i*b at a frequency, (x1, y1), and at its negative, (x2, y2);
// then b * conj(a), whose direction is what counts, with its longer part in 2^28..2^29. A spectrum is below
// 2^28 * sqrt(2), twice it below 2^30, the product below 2^61. False, and 0, where either is below `faint`: there
// rounding to whole grey levels says as much as the picture.
static bool cross(int32_t x1, int32_t y1, int32_t x2, int32_t y2, int64_t faint, int32_t *re, int32_t *im) {
    const int64_t a_re = (int64_t)x1 + x2, a_im = (int64_t)y1 - y2;
    const int64_t b_re = (int64_t)y1 + y2, b_im = (int64_t)x2 - x1;
    *re = *im = 0;
    if (longer(a_re, a_im) < faint || longer(b_re, b_im) < faint) {
        return false;
    }
    const int64_t product_re = b_re * a_re + b_im * a_im, product_im = b_im * a_re - b_re * a_im;
    const uint64_t length = (uint64_t)longer(product_re, product_im);
    if (length == 0) {
        return false;
    }
    const int shift = 64 - __builtin_clzll(length) - NORMAL_BITS;
    *re = (int32_t)(shift >= 0 ? product_re >> shift : product_re * ((int64_t)1 << -shift));
    *im = (int32_t)(shift >= 0 ? product_im >> shift : product_im * ((int64_t)1 << -shift));
    return true;
}

// The frequency opposite to the one stored at `place`.
static uint32_t opposite(uint32_t place, uint32_t side) {
    return fft_reversed((side - fft_reversed(place, side)) & (side - 1), side);
}

// Rows `row` and its opposite become phasors; the one is the other's mirror image.
static void cross_rows(phase_t *phase, uint32_t row, const uint8_t *mirror) {
    const uint32_t side = phase->plane.side, other = mirror[row];
    int32_t *re = phase->plane.re + (size_t)row * side, *im = phase->plane.im + (size_t)row * side;
    int32_t *other_re = phase->plane.re + (size_t)other * side, *other_im = phase->plane.im + (size_t)other * side;
    const int64_t faint = (int64_t)side << phase->bits;
    for (uint32_t i = 0; i < side; ++i) {
        phase->counted += (1 + (row != other)) * cross(re[i], im[i], other_re[mirror[i]], other_im[mirror[i]], faint,
            phase->re + i, phase->im + i);
    }
    phase->kernels->phasor_s32(phase->re, phase->im, side);
    for (uint32_t i = 0; i < side; ++i) {
        other_re[mirror[i]] = phase->re[i];
        other_im[mirror[i]] = -phase->im[i];
    }
    memcpy(re, phase->re, side * sizeof(int32_t));
    memcpy(im, phase->im, side * sizeof(int32_t));
}

static void cross_spectrum(phase_t *phase) {
    const uint32_t side = phase->plane.side;
    uint8_t mirror[FFT_MAX_SIDE];
    for (uint32_t i = 0; i < side; ++i) {
        mirror[i] = (uint8_t)opposite(i, side);
    }
    for (uint32_t row = 0; row < side; ++row) {
        if (row <= mirror[row]) {
            cross_rows(phase, row, mirror);
        }
    }
}

static void correlate(phase_t *phase) {
    fft_forward(phase->plane, phase->kernels->butterfly_dif_s32);
    fft_transpose(phase->plane);
    fft_forward(phase->plane, phase->kernels->butterfly_dif_s32);
    cross_spectrum(phase);
    fft_inverse(phase->plane, phase->kernels->butterfly_dit_s32);
    fft_transpose(phase->plane);
    fft_inverse(phase->plane, phase->kernels->butterfly_dit_s32);
}

static size_t highest(const int32_t *values, size_t count) {
    size_t best = 0;
    for (size_t i = 1; i < count; ++i) {
        best = values[i] > values[best] ? i : best;
    }
    return best;
}

// Between the peak and the higher of its neighbours, at neighbour / (peak + neighbour) (Foroosh, Zerubia and Berthod
// 2002), all three less the lower neighbour if that is above 0; in 1/SUBPIXELS, rounded half up.
static int32_t between(int32_t peak, int32_t before, int32_t after) {
    const int32_t lower = before < after ? before : after, base = lower > 0 ? lower : 0;
    const int64_t neighbour = (int64_t)(before > after ? before : after) - base;
    const int64_t sum = (int64_t)peak - base + neighbour;
    if (neighbour <= 0) {
        return 0;
    }
    const int32_t part = (int32_t)((2 * SUBPIXELS * neighbour + sum) / (2 * sum));
    return before > after ? -part : part;
}

static int16_t signed_shift(uint32_t place, uint32_t side, int32_t part) {
    const int32_t whole = place < side / 2 ? (int32_t)place : (int32_t)place - (int32_t)side;
    return (int16_t)(whole * SUBPIXELS + part);
}

static void find_peak(const phase_t *phase, int16_t result[3]) {
    const uint32_t side = phase->plane.side, last = side - 1;
    const int32_t *values = phase->plane.re;
    const size_t place = highest(values, (size_t)side * side);
    const uint32_t x = place % side, y = (uint32_t)(place / side);
    const int32_t *row = values + (size_t)y * side;
    const int32_t peak = row[x];
    if (peak <= 0) {
        memset(result, 0, 3 * sizeof(int16_t));
        return;
    }
    result[0] = signed_shift(x, side, between(peak, row[(x - 1) & last], row[(x + 1) & last]));
    result[1] = signed_shift(y, side, between(peak, values[((y - 1) & last) * side + x],
        values[((y + 1) & last) * side + x]));
    const int32_t height = peak / (int32_t)phase->counted;
    result[2] = (int16_t)(height < PHASOR_ONE ? height : PHASOR_ONE);
}

imgprep_status_t imgprep_phase_shift(const uint8_t *reference, size_t reference_size, const uint8_t *luma, size_t size,
    int32_t side, void *scratch, size_t scratch_size, void *out, size_t out_size) {
    if (!side_fits(side)) {
        return IMGPREP_PHASE_SIDE;
    }
    const size_t count = (size_t)side * side;
    if (reference_size < count || size < count) {
        return IMGPREP_SRC_TOO_SHORT;
    }
    if (scratch_size < imgprep_phase_shift_scratch_size(side)) {
        return IMGPREP_SCRATCH_TOO_SHORT;
    }
    int16_t result[3];
    if (out_size < sizeof(result)) {
        return IMGPREP_OUT_TOO_SHORT;
    }
    int32_t *memory = scratch_aligned(scratch);
    phase_t phase = {.kernels = imgprep_kernels(), .plane = {memory, memory + count, (uint32_t)side},
        .re = memory + 2 * count, .im = memory + 2 * count + side, .bits = fraction_bits((uint32_t)side)};
    load(reference, &phase, phase.plane.re);
    load(luma, &phase, phase.plane.im);
    correlate(&phase);
    find_peak(&phase, result);
    memcpy(out, result, sizeof(result));
    return IMGPREP_OK;
}
