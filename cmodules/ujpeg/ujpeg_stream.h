// The state of a stream; only the files of the fast path look inside.
#ifndef UJPEG_STREAM_H
#define UJPEG_STREAM_H

#include "ujpeg.h"

struct ujpeg_stream {
    bool fast;       // the last picture took the fast path
    uint32_t motion; // of the last two pictures, or UJPEG_MOTION_UNKNOWN
    uint8_t *blocks; // DC picture of the last picture, the caller's
    size_t blocks_size;
};

#endif
