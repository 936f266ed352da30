#include "imgprep_kernels.h"

// The two highest bits of red, green and blue: RRGGBB.
void colour_bins_u8x3__c(const uint8_t *pixels, size_t count, uint8_t *bins) {
    for (size_t i = 0; i < count; ++i) {
        const uint8_t *rgb = pixels + 3 * i;
        bins[i] = (uint8_t)((rgb[0] >> 2 & 0x30) | (rgb[1] >> 4 & 0x0c) | rgb[2] >> 6);
    }
}
