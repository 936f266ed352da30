#include <stdbool.h>
#include <string.h>

#include "gradient.h"
#include "imgprep.h"
#include "imgprep_kernels.h"
#include "integer_sqrt.h"
#include "scratch.h"

#define CELL IMGPREP_HOG_CELL
#define BINS IMGPREP_HOG_BINS
#define BLOCK_VALUES (4 * BINS)
// A cell's bins while votes are counted: the one behind the last is the first once more.
#define VOTED (BINS + 1)
// Of the norm, squared: a block whose gradients are about one grey level long counts as flat.
#define EPSILON ((uint64_t)4096)
#define UNIT_BITS (12) // 1.0 between the two normalisations
#define CLIP (819)     // 0.2

// One cell row at a time is voted for; two are kept for the blocks between them.
typedef struct {
    const imgprep_kernels_t *kernels;
    uint16_t *magnitude, *position; // a row of pixels, w values
    uint32_t *cells;                // [rows of cells][cells across][VOTED]
    uint32_t across, down;
} hog_t;

static bool size_fits(int32_t w, int32_t h) {
    return w >= 2 * CELL && h >= 2 * CELL && w <= IMGPREP_HOG_MAX_SIDE && h <= IMGPREP_HOG_MAX_SIDE;
}

size_t imgprep_hog_size(int32_t w, int32_t h) {
    return size_fits(w, h) ? (size_t)(w / CELL - 1) * (h / CELL - 1) * BLOCK_VALUES : 0;
}

size_t imgprep_hog_scratch_size(int32_t w, int32_t h) {
    if (!size_fits(w, h)) {
        return 0;
    }
    const size_t cells = (size_t)(w / CELL) * (h / CELL);
    return SCRATCH_SLACK + cells * VOTED * sizeof(uint32_t) + 2 * (size_t)w * sizeof(uint16_t);
}

// Gradient across is 0 in the first and the last column, down in the first and the last row.
static void gradient_row(const uint8_t *luma, int32_t w, int32_t h, int32_t y, hog_t *hog) {
    const uint8_t *row = luma + (size_t)y * w;
    const bool edge = y == 0 || y == h - 1;
    const uint8_t *above = edge ? row : row - w, *below = edge ? row : row + w;
    uint8_t padded[IMGPREP_HOG_MAX_SIDE + 2];
    memcpy(padded + 1, row, w);
    padded[0] = row[1]; // a neighbour equal to the one on the other side: no gradient across
    padded[w + 1] = row[w - 2];
    hog->kernels->gradient_u8(padded, above, below, w, hog->magnitude, hog->position);
}

// At most 64 * 19003 < 2^21 in a bin. A pixel's magnitude is shared by the two bins whose centres are nearest; what
// lies beyond the last bin belongs to the first.
static void vote(const hog_t *hog, uint32_t *cells) {
    const uint16_t *magnitude = hog->magnitude, *position = hog->position;
    for (uint32_t *cell = cells, *end = cells + hog->across * VOTED; cell < end; cell += VOTED) {
        for (const uint16_t *last = magnitude + CELL; magnitude < last; ++magnitude, ++position) {
            const uint32_t bin = *position / GRADIENT_BIN;
            const uint32_t second = *magnitude * (uint32_t)(*position % GRADIENT_BIN) / GRADIENT_BIN;
            cell[bin] += *magnitude - second;
            cell[bin + 1] += second;
        }
    }
}

static void vote_all(const uint8_t *luma, int32_t w, int32_t h, hog_t *hog) {
    const size_t row = (size_t)hog->across * VOTED;
    memset(hog->cells, 0, hog->down * row * sizeof(uint32_t));
    for (uint32_t y = 0; y < hog->down * CELL; ++y) {
        gradient_row(luma, w, h, (int32_t)y, hog);
        vote(hog, hog->cells + y / CELL * row);
    }
    for (uint32_t *cell = hog->cells, *end = cell + hog->down * row; cell < end; cell += VOTED) {
        cell[0] += cell[BINS];
    }
}

// Squares sum to less than 36 * 2^42 < 2^48, so norm < 2^24; norm >= 2^12, so reciprocal <= 2^28; a value is at most
// the norm, so value * reciprocal <= 2^40.
static uint32_t clip(const uint32_t values[BLOCK_VALUES], uint32_t clipped[BLOCK_VALUES]) {
    uint64_t squares = EPSILON * EPSILON;
    for (int i = 0; i < BLOCK_VALUES; ++i) {
        squares += (uint64_t)values[i] * values[i];
    }
    const uint32_t reciprocal = (uint32_t)(((uint64_t)1 << 40) / integer_sqrt(squares));
    uint32_t clipped_squares = 0;
    for (int i = 0; i < BLOCK_VALUES; ++i) {
        const uint32_t value = (uint32_t)((uint64_t)values[i] * reciprocal >> (40 - UNIT_BITS));
        clipped[i] = value < CLIP ? value : CLIP;
        clipped_squares += clipped[i] * clipped[i];
    }
    return integer_sqrt(clipped_squares);
}

// A clipped value is at most the norm: value * reciprocal + 2^23 <= 255.5 * 2^24 < 2^32.
static void normalise(const uint32_t values[BLOCK_VALUES], uint8_t *out) {
    uint32_t clipped[BLOCK_VALUES];
    const uint32_t norm = clip(values, clipped);
    const uint32_t reciprocal = norm ? ((uint32_t)255 << 24) / norm : 0;
    for (int i = 0; i < BLOCK_VALUES; ++i) {
        out[i] = (uint8_t)((clipped[i] * reciprocal + ((uint32_t)1 << 23)) >> 24);
    }
}

static void blocks(const hog_t *hog, uint8_t *out) {
    const size_t row = (size_t)hog->across * VOTED;
    for (uint32_t y = 0; y + 1 < hog->down; ++y) {
        for (uint32_t x = 0; x + 1 < hog->across; ++x) {
            const uint32_t *cell = hog->cells + y * row + x * VOTED;
            uint32_t values[BLOCK_VALUES];
            for (int i = 0; i < 4; ++i) {
                memcpy(values + i * BINS, cell + i / 2 * row + i % 2 * VOTED, BINS * sizeof(uint32_t));
            }
            normalise(values, out);
            out += BLOCK_VALUES;
        }
    }
}

imgprep_status_t imgprep_hog(const uint8_t *luma, size_t size, int32_t w, int32_t h, void *scratch,
    size_t scratch_size, uint8_t *out, size_t out_size) {
    if (!size_fits(w, h)) {
        return IMGPREP_HOG_SIDES;
    }
    if ((size_t)w * h > size) {
        return IMGPREP_SRC_TOO_SHORT;
    }
    if (scratch_size < imgprep_hog_scratch_size(w, h)) {
        return IMGPREP_SCRATCH_TOO_SHORT;
    }
    if (out_size < imgprep_hog_size(w, h)) {
        return IMGPREP_OUT_TOO_SHORT;
    }
    hog_t hog = {.kernels = imgprep_kernels(), .cells = scratch_aligned(scratch), .across = w / CELL, .down = h / CELL};
    hog.magnitude = (uint16_t *)(hog.cells + (size_t)hog.across * hog.down * VOTED);
    hog.position = hog.magnitude + w;
    vote_all(luma, w, h, &hog);
    blocks(&hog, out);
    return IMGPREP_OK;
}
