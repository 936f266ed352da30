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

// below * 2^15 fits 32 bits up to 2^17 pixels: a camera divides 64 bits in software, at hundreds of instructions.
static uint32_t end_of(uint32_t below, uint32_t count) {
    if (count <= UINT32_MAX / IMGPREP_HISTOGRAM_SUM) {
        return below * IMGPREP_HISTOGRAM_SUM / count;
    }
    return (uint32_t)((uint64_t)below * IMGPREP_HISTOGRAM_SUM / count);
}

static imgprep_status_t histogram_of(const uint8_t *pixels, size_t size, int32_t channels, uint16_t histogram[BINS]) {
    if (channels != 1 && channels != 3) {
        return IMGPREP_CHANNELS;
    }
    const size_t count = size / channels;
    if (count == 0 || count * channels != size || count > IMGPREP_MAX_PIXELS) {
        return IMGPREP_PIXELS;
    }
    uint32_t counts[BINS] = {0};
    channels == 1 ? count_luma(pixels, count, counts) : count_rgb(pixels, count, counts);
    uint32_t below = 0, before = 0;
    for (int i = 0; i < BINS; ++i) {
        uint32_t end = before;
        if (counts[i] != 0) {
            below += counts[i];
            end = end_of(below, (uint32_t)count);
        }
        histogram[i] = (uint16_t)(end - before);
        before = end;
    }
    return IMGPREP_OK;
}

imgprep_status_t imgprep_colour_histogram(const uint8_t *pixels, size_t size, int32_t channels, void *out,
    size_t out_size) {
    uint16_t histogram[BINS];
    const imgprep_status_t status = histogram_of(pixels, size, channels, histogram);
    if (status != IMGPREP_OK) {
        return status;
    }
    if (out_size < sizeof(histogram)) {
        return IMGPREP_OUT_TOO_SHORT;
    }
    memcpy(out, histogram, sizeof(histogram));
    return IMGPREP_OK;
}

imgprep_status_t imgprep_colour_shares(const uint8_t *pixels, size_t size, int32_t channels, uint8_t *out,
    size_t out_size) {
    uint16_t histogram[BINS];
    const imgprep_status_t status = histogram_of(pixels, size, channels, histogram);
    if (status != IMGPREP_OK) {
        return status;
    }
    if (out_size < BINS) {
        return IMGPREP_OUT_TOO_SHORT;
    }
    for (int i = 0; i < BINS; ++i) {
        const unsigned share = histogram[i] / (IMGPREP_HISTOGRAM_SUM / 256);
        out[i] = (uint8_t)(share < 255 ? share : 255);
    }
    return IMGPREP_OK;
}
