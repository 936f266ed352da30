#include <string.h>

#include "imgprep.h"
#include "imgprep_kernels.h"

// Rows up to this length are divided by their length with a multiplication.
#define SHORT (65536)

// floor(scaled / size): `reciprocal` is floor((2^32 - 1) / size), which makes the quotient at most one too small.
static uint32_t quotient(uint32_t scaled, uint32_t size, uint32_t reciprocal) {
    const uint32_t found = (uint32_t)((uint64_t)scaled * reciprocal >> 32);
    return found + (scaled - found * size >= size);
}

static void short_rows(const uint8_t *vector, uint32_t size, const uint8_t *table, size_t count, uint8_t *out,
    uint32_t *nearest) {
    const imgprep_kernels_t *kernels = imgprep_kernels();
    const uint32_t reciprocal = UINT32_MAX / size;
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < count; ++i) {
        // At most 255 * 256 * SHORT < 2^32.
        const uint32_t scaled = 256 * kernels->sum_abs_diff_u8(vector, table + i * size, size);
        const uint16_t stored = (uint16_t)quotient(scaled, size, reciprocal); // at most 65280
        memcpy(out + i * sizeof(stored), &stored, sizeof(stored));
        if (stored < least) {
            least = stored;
            *nearest = (uint32_t)i;
        }
    }
}

static void long_rows(const uint8_t *vector, size_t size, const uint8_t *table, size_t count, uint8_t *out,
    uint32_t *nearest) {
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < count; ++i) {
        uint32_t difference = 0;
        imgprep_mean_abs_diff(vector, size, table + i * size, size, &difference); // lengths fit, so it cannot fail
        const uint16_t stored = (uint16_t)difference;
        memcpy(out + i * sizeof(stored), &stored, sizeof(stored));
        if (difference < least) {
            least = difference;
            *nearest = (uint32_t)i;
        }
    }
}

imgprep_status_t imgprep_nearest(const uint8_t *vector, size_t size, const uint8_t *table, size_t table_size, size_t count,
    void *out, size_t out_size, uint32_t *nearest) {
    if (size == 0 || count == 0 || count > table_size / size) {
        return IMGPREP_LENGTHS;
    }
    if (out_size / sizeof(uint16_t) < count) {
        return IMGPREP_OUT_TOO_SHORT;
    }
    if (size <= SHORT && size <= SUM_ABS_DIFF_MAX) {
        short_rows(vector, (uint32_t)size, table, count, out, nearest);
    } else {
        long_rows(vector, size, table, count, out, nearest);
    }
    return IMGPREP_OK;
}
