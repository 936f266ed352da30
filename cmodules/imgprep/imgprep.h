// Preparing pictures for the network, in exact integers. Pictures are uint8, HWC, tightly packed.
#ifndef IMGPREP_H
#define IMGPREP_H

#include <stddef.h>
#include <stdint.h>

// Longest side of a source or a destination; keeps a row's weighted sum in 32 bits.
#define IMGPREP_MAX_SIDE (65500)

typedef enum {
    IMGPREP_OK = 0,
    IMGPREP_DIMENSIONS,
    IMGPREP_CHANNELS,
    IMGPREP_REGION,
    IMGPREP_SRC_TOO_SHORT,
    IMGPREP_DST_TOO_SHORT,
    IMGPREP_LENGTHS,
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

#endif
