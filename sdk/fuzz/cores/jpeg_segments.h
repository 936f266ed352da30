// Just enough of JPEG's outer structure for a harness and its mutator.
#ifndef JPEG_SEGMENTS_H
#define JPEG_SEGMENTS_H

#include <stddef.h>
#include <stdint.h>

// Where FF `marker` first stands, or `size`.
size_t jpeg_find_marker(const uint8_t *data, size_t size, uint8_t marker);

// Bytes up to the end of the first picture: behind the FF D9 that FF D8 follows, or all.
size_t jpeg_picture_length(const uint8_t *data, size_t size);

// Pixels of the largest frame header.
size_t jpeg_pixels(const uint8_t *data, size_t size);

#endif
