// A baseline JPEG that the fuzzing input describes: every table and every coefficient is legal, so that most are decoded.
#ifndef JPEG_COMPOSE_H
#define JPEG_COMPOSE_H

#include "bytes.h"

#define JPEG_SPEC_BYTES (9)
#define JPEG_SIDE_MAX (56u)

// What a picture is made from. 0 in `size` or `codes` means: as the picture before.
typedef struct {
    uint8_t sampling, width, height, interval, quant, codes, strength, seed, damage;
} jpeg_spec_t;

// Takes JPEG_SPEC_BYTES; `before` may be NULL.
jpeg_spec_t jpeg_spec_take(bytes_t *input, const jpeg_spec_t *before);

// 1..JPEG_SIDE_MAX
uint32_t jpeg_spec_width(const jpeg_spec_t *spec);
uint32_t jpeg_spec_height(const jpeg_spec_t *spec);

// Writes the picture; its length, 0 if it does not fit. The coefficients take what is left of the input.
size_t jpeg_compose(const jpeg_spec_t *spec, bytes_t *input, uint8_t *out, size_t room);

#endif
