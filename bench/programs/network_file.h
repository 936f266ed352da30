// The network and picture that bench/networks.py wrote: int32 arrays, each behind its length.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
    int32_t op, stride, in_h, in_w, in_c, out_h, out_w, out_c, input_zero, output_zero, low, high;  // as in the file
    int8_t *weights;
    size_t weights_size;
    int32_t *bias, *multiplier;
    uint8_t *shift;
    size_t parameters;  // length of each of the three above
} layer_t;

typedef struct {
    int32_t height, width, channels, layer_count;
    uint8_t *picture;
    size_t picture_size;
    layer_t *layers;
} network_t;

// Ends the program with one line on stderr when the file cannot be read.
network_t network_read(const char *path);

// A whole file; its length in *size.
uint8_t *file_read(const char *path, size_t *size);

void fail(const char *what);
