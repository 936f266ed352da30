#include <string.h>

#include "imgprep.h"
#include "imgprep_kernels.h"

#define BINS IMGPREP_HISTOGRAM_BINS
// Pixels whose bins are found at a time.
#define STRETCH (256)

static void count_luma(const uint8_t *pixels, size_t count, uint32_t counts[BINS]) {
    for (size_t i = 0; i < count; ++i) {
        counts[pixels[i] >> 2] += 1;
    }
}

static void count_rgb(const uint8_t *pixels, size_t count, uint32_t counts[BINS]) {
    const imgprep_kernels_t *kernels = imgprep_kernels();
    uint8_t bins[STRETCH];
    while (count > 0) {
        const size_t now = count < STRETCH ? count : STRETCH;
        kernels->colour_bins_u8x3(pixels, now, bins);
        for (size_t i = 0; i < now; ++i) {
            counts[bins[i]] += 1;
        }
        pixels += 3 * now;
        count -= now;
    }
}

imgprep_status_t imgprep_colour_histogram(const uint8_t *pixels, size_t size, int32_t channels, void *out,
    size_t out_size) {
    if (channels != 1 && channels != 3) {
        return IMGPREP_CHANNELS;
    }
    const size_t count = size / channels;
    if (count == 0 || count * channels != size || count > IMGPREP_MAX_PIXELS) {
        return IMGPREP_PIXELS;
    }
    if (out_size < BINS * sizeof(uint16_t)) {
        return IMGPREP_OUT_TOO_SHORT;
    }
    uint32_t counts[BINS] = {0};
    channels == 1 ? count_luma(pixels, count, counts) : count_rgb(pixels, count, counts);
    uint16_t histogram[BINS];
    uint32_t below = 0, before = 0;
    for (int i = 0; i < BINS; ++i) {
        below += counts[i];
        const uint32_t end = (uint32_t)((uint64_t)below * IMGPREP_HISTOGRAM_SUM / count);
        histogram[i] = (uint16_t)(end - before);
        before = end;
    }
    memcpy(out, histogram, sizeof(histogram));
    return IMGPREP_OK;
}
