// Preparing pictures for the network, and describing them, in exact integers: every instruction set gives the same
// bits. Pictures are uint8, HWC, tightly packed. Outputs of 16 bits are in the CPU's byte order and, like scratch memory,
// may lie at any address.
#ifndef IMGPREP_H
#define IMGPREP_H

#include <stddef.h>
#include <stdint.h>

// Longest side of a source or a destination; keeps a row's weighted sum in 32 bits.
#define IMGPREP_MAX_SIDE (65500)
// Most pixels that a feature looks at; keeps variances in 64 bits.
#define IMGPREP_MAX_PIXELS (1 << 22)

typedef enum {
    IMGPREP_OK = 0,
    IMGPREP_DIMENSIONS,
    IMGPREP_CHANNELS,
    IMGPREP_REGION,
    IMGPREP_SRC_TOO_SHORT,
    IMGPREP_DST_TOO_SHORT,
    IMGPREP_LENGTHS,
    IMGPREP_PIXELS,
    IMGPREP_SMALL,
    IMGPREP_HOG_SIDES,
    IMGPREP_PHASE_SIDE,
    IMGPREP_SCRATCH_TOO_SHORT,
    IMGPREP_OUT_TOO_SHORT,
    IMGPREP_STATUS_COUNT,
} imgprep_status_t;

// One English sentence without a full stop, for every status.
const char *imgprep_sentence(imgprep_status_t status);

// Averages region (x, y, w, h in source pixels, NULL for the whole source) over dst_w * dst_h cells of equal area.
// A source pixel counts with the area of its overlap with the cell, measured in units of 1/(dst_w * dst_h) of a pixel,
// so that the weights of a cell sum to w * h: dst = floor((sum + floor(w*h/2)) / (w*h)). Enlarges as well as reduces.
imgprep_status_t imgprep_resize_area(const uint8_t *src, size_t src_size, int32_t src_w, int32_t src_h,
    int32_t channels, const int32_t region[4], uint8_t *dst, size_t dst_size, int32_t dst_w, int32_t dst_h);

// Mean absolute difference of two buffers of one length, in 1/256 grey levels (0..65280), rounded down.
imgprep_status_t imgprep_mean_abs_diff(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
    uint32_t *difference);

// imgprep_mean_abs_diff of `vector` and each of the first `count` rows of `table`, rows as long as the vector: out, `count`
// uint16, and the first row of those that are nearest. IMGPREP_LENGTHS if there is none or the table is too short.
imgprep_status_t imgprep_nearest(const uint8_t *vector, size_t size, const uint8_t *table, size_t table_size, size_t count,
    void *out, size_t out_size, uint32_t *nearest);

// Joint colour histogram (Swain and Ballard, "Color indexing", 1991), 64 uint16 that sum to 32768 exactly: bin i is
// floor(32768 * C(i+1) / n) - floor(32768 * C(i) / n), with n pixels of which C(i) lie in bins below i.
// channels 3: bin (r / 64) * 16 + (g / 64) * 4 + b / 64. channels 1: bin luma / 4.
#define IMGPREP_HISTOGRAM_BINS (64)
#define IMGPREP_HISTOGRAM_SUM (32768)
imgprep_status_t imgprep_colour_histogram(const uint8_t *pixels, size_t size, int32_t channels, void *out,
    size_t out_size);

// The same in 1/256, 64 uint8: min(255, value / 128), rounded down.
imgprep_status_t imgprep_colour_shares(const uint8_t *pixels, size_t size, int32_t channels, uint8_t *out,
    size_t out_size);

// out: 2 uint16, the mean of all bytes (0..65280) and their standard deviation (0..32640), in 1/256 grey levels,
// rounded down.
imgprep_status_t imgprep_luma_statistics(const uint8_t *luma, size_t size, void *out, size_t out_size);

// Variance of the 4-neighbour Laplacian over the pixels that have four neighbours (Pech-Pacheco and others, "Diatom
// autofocusing in brightfield microscopy", 2000), in 1/256 of a squared grey level, rounded down: 0..266342400.
imgprep_status_t imgprep_sharpness(const uint8_t *luma, size_t size, int32_t w, int32_t h, uint32_t *sharpness);

// Histogram of oriented gradients (Dalal and Triggs, "Histograms of oriented gradients for human detection", 2005).
// Gradients [-1, 0, 1], 0 across the edge of the picture; cells of 8x8 pixels from the upper left corner on (a rest of
// less than 8 pixels is left out), 9 bins of unsigned orientation with centres at 10, 30 .. 170 degrees, a gradient's
// length shared linearly between the two nearest; blocks of 2x2 cells, one cell apart, normalised by
// sqrt(sum of squares + epsilon^2), clipped at 0.2 and normalised again (L2-Hys); epsilon is 78 grey levels a cell.
// No weight by place, neither within a block nor between cells.
// out: uint8, 255 = 1.0: [h/8 - 1][w/8 - 1][cell of the block: upper left, upper right, lower left, lower right][bin].
// Its length is imgprep_hog_size(). Both size functions return 0 unless w and h are 16 to IMGPREP_HOG_MAX_SIDE.
// Descriptors are compared with imgprep_mean_abs_diff().
#define IMGPREP_HOG_CELL (8)
#define IMGPREP_HOG_BINS (9)
#define IMGPREP_HOG_MAX_SIDE (512)
size_t imgprep_hog_size(int32_t w, int32_t h);
size_t imgprep_hog_scratch_size(int32_t w, int32_t h);
imgprep_status_t imgprep_hog(const uint8_t *luma, size_t size, int32_t w, int32_t h, void *scratch,
    size_t scratch_size, uint8_t *out, size_t out_size);

// How far `luma` has moved against `reference`, by phase correlation (Kuglin and Hines, "The phase correlation image
// alignment method", 1975) of two square pictures whose side is a power of two, 16 to IMGPREP_PHASE_MAX_SIDE, less their
// means and under a Hann window. out: 3 int16: dx and dy in 1/16 pixel, positive when the content has moved right and
// down, and the peak's height, 0..16384: 16384 for a picture that has moved as a whole by whole pixels around its edges,
// a few hundred for two pictures that have nothing in common. Shifts are found modulo the side, and reliably up to
// about a third of it. All 0 when one picture is flat.
#define IMGPREP_PHASE_MIN_SIDE (16)
#define IMGPREP_PHASE_MAX_SIDE (128)
size_t imgprep_phase_shift_scratch_size(int32_t side);
imgprep_status_t imgprep_phase_shift(const uint8_t *reference, size_t reference_size, const uint8_t *luma, size_t size,
    int32_t side, void *scratch, size_t scratch_size, void *out, size_t out_size);

// What of a square picture stays the same whatever the light, for imgprep_phase_shift(): out, side * side bytes, is
// 128 + sign(l) * 120 * |l| / (|l| + m + 1), rounded half up, with l the 4-neighbour Laplacian in grey levels and m the mean
// of |l|; 128 at the picture's border and in `hidden` (x, y, w, h, may be empty; NULL: nothing), which m leaves out too, so
// that whatever moves there does not count and leaves no edge. strength: m in 1/256 grey levels, rounded down. Sides as for
// imgprep_phase_shift(). luma and out may not overlap.
imgprep_status_t imgprep_edges(const uint8_t *luma, size_t size, int32_t side, const int32_t hidden[4], uint8_t *out,
    size_t out_size, uint32_t *strength);

#endif
