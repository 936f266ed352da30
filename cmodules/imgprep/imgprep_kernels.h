// What the features are made of: kernels, one file per operator and instruction set, chosen by what the CPU can do.
#ifndef IMGPREP_KERNELS_H
#define IMGPREP_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "fft.h"
#include "resize_area.h"

// Longest stretches, so that 32-bit sums hold: 255 * 2^24, 255^2 * 2^16 and 1020^2 * 2^12 are below 2^32.
#define SUM_ABS_DIFF_MAX ((size_t)1 << 24)
#define SUM_SQUARES_MAX ((size_t)1 << 16)
#define LAPLACIAN_MAX ((size_t)1 << 12)

#define KERNEL(result, name, parameters) result name##__c parameters; result name##__neon parameters;
#include "imgprep_kernels.inc"
#undef KERNEL

typedef struct {
    #define KERNEL(result, name, parameters) result (*name) parameters;
    #include "imgprep_kernels.inc"
    #undef KERNEL
} imgprep_kernels_t;

const imgprep_kernels_t *imgprep_kernels(void);

#endif
