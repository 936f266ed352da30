#include <string.h>

#include "imgprep.h"

imgprep_status_t imgprep_nearest(const uint8_t *vector, size_t size, const uint8_t *table, size_t table_size, size_t count,
    void *out, size_t out_size, uint32_t *nearest) {
    if (size == 0 || count == 0 || count > table_size / size) {
        return IMGPREP_LENGTHS;
    }
    if (out_size / sizeof(uint16_t) < count) {
        return IMGPREP_OUT_TOO_SHORT;
    }
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < count; ++i) {
        uint32_t difference;
        const imgprep_status_t status = imgprep_mean_abs_diff(vector, size, table + i * size, size, &difference);
        if (status != IMGPREP_OK) {
            return status;
        }
        const uint16_t stored = (uint16_t)difference; // at most 65280
        memcpy((uint8_t *)out + i * sizeof(stored), &stored, sizeof(stored));
        if (difference < least) {
            least = difference;
            *nearest = (uint32_t)i;
        }
    }
    return IMGPREP_OK;
}
