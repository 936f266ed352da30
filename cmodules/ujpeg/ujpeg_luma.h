// The fast path's luma decoder.
#ifndef UJPEG_LUMA_H
#define UJPEG_LUMA_H

#include "ujpeg_header.h"
#include "ujpeg_stream.h"

// The wanted part of the scaled picture.
typedef struct {
    uint32_t x, y, w, h; // pixels
    uint32_t side;       // pixels of a block: 8, 4, 2 or 1
    bool to_bottom;      // its last row is the picture's
    uint8_t *out;        // w * h bytes
} ujpeg_target_t;

// False for what libjpeg-turbo must judge; out then holds anything.
bool ujpeg_luma_decode(ujpeg_stream_t *stream, const ujpeg_header_t *header, const ujpeg_target_t *target,
    const uint8_t *end);

#endif
