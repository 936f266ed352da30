#include <stdbool.h>
#include <string.h>

#include "imgprep.h"

#define FLAT (128)    // of the result: no edge
#define STEEP (120)   // what the steepest edge comes close to
#define LAPLACIANS (4 * 255 + 1)

static bool side_fits(int32_t side) {
    return side >= IMGPREP_PHASE_MIN_SIDE && side <= IMGPREP_PHASE_MAX_SIDE && (side & (side - 1)) == 0;
}

static bool part_fits(int32_t start, int32_t length, int32_t side) {
    return start >= 0 && length >= 0 && start <= side && length <= side - start;
}

static inline int32_t laplacian(const uint8_t *pixel, int32_t side) {
    return 4 * pixel[0] - pixel[-1] - pixel[1] - pixel[-side] - pixel[side];
}

static inline int32_t magnitude(int32_t value) {
    return value < 0 ? -value : value;
}

static inline bool is_hidden(const int32_t hidden[4], int32_t x, int32_t y) {
    return x >= hidden[0] && x < hidden[0] + hidden[2] && y >= hidden[1] && y < hidden[1] + hidden[3];
}

// Mean |Laplacian| of what is not hidden, in 1/256. At most 126 * 126 values of 1020: the sum fits 24 bits.
static uint32_t mean_laplacian(const uint8_t *luma, int32_t side, const int32_t hidden[4]) {
    uint32_t sum = 0, count = 0;
    for (int32_t y = 1; y < side - 1; ++y) {
        for (int32_t x = 1; x < side - 1; ++x) {
            if (!is_hidden(hidden, x, y)) {
                sum += (uint32_t)magnitude(laplacian(luma + y * side + x, side));
                ++count;
            }
        }
    }
    return count ? (uint32_t)(((uint64_t)sum << 8) / count) : 0;
}

// The result's distance from FLAT for every |Laplacian|. The divisor is at least 256.
static void squash(uint32_t mean, uint8_t table[LAPLACIANS]) {
    for (uint32_t i = 0; i < LAPLACIANS; ++i) {
        const uint32_t divisor = (i << 8) + mean + 256;
        table[i] = (uint8_t)((((uint32_t)STEEP * i << 8) + divisor / 2) / divisor);
    }
}

imgprep_status_t imgprep_edges(const uint8_t *luma, size_t size, int32_t side, const int32_t hidden[4], uint8_t *out,
    size_t out_size, uint32_t *strength) {
    if (!side_fits(side)) {
        return IMGPREP_PHASE_SIDE;
    }
    const size_t count = (size_t)side * side;
    if (size < count) {
        return IMGPREP_SRC_TOO_SHORT;
    }
    if (out_size < count) {
        return IMGPREP_OUT_TOO_SHORT;
    }
    const int32_t none[4] = {0, 0, 0, 0}, *part = hidden ? hidden : none;
    if (!part_fits(part[0], part[2], side) || !part_fits(part[1], part[3], side)) {
        return IMGPREP_REGION;
    }
    uint8_t table[LAPLACIANS];
    *strength = mean_laplacian(luma, side, part);
    squash(*strength, table);
    memset(out, FLAT, count);
    for (int32_t y = 1; y < side - 1; ++y) {
        for (int32_t x = 1; x < side - 1; ++x) {
            if (!is_hidden(part, x, y)) {
                const int32_t value = laplacian(luma + y * side + x, side);
                const uint8_t distance = table[magnitude(value)];
                out[y * side + x] = (uint8_t)(value < 0 ? FLAT - distance : FLAT + distance);
            }
        }
    }
    return IMGPREP_OK;
}
