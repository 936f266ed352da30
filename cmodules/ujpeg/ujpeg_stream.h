// The state of a stream; only the files of the fast path look inside.
#ifndef UJPEG_STREAM_H
#define UJPEG_STREAM_H

#include "ujpeg.h"
#include "ujpeg_batch.h"
#include "ujpeg_chunk.h"
#include "ujpeg_coder.h"
#include "ujpeg_entropy.h"

// Luma blocks of one row of MCUs: 8192 pixels at 4:2:0. Wider pictures go to libjpeg-turbo.
#define UJPEG_ROW_BLOCKS_MAX (2048)

// The picture that the DC buffer holds.
typedef struct {
    bool valid;
    uint32_t width, height, side;
    uint32_t x, y, w, h; // the region in blocks
} ujpeg_dc_picture_t;

struct ujpeg_stream {
    bool fast;       // the last picture took the fast path
    uint32_t motion; // of the last two pictures, or UJPEG_MOTION_UNKNOWN
    uint8_t *blocks; // DC picture of the last picture, the caller's
    size_t blocks_size;
    ujpeg_dc_picture_t kept; // what is in blocks
    bool keeping, comparable; // the current picture, with the kept one
    uint32_t difference;     // sum over blocks so far
    ujpeg_coder_t luma, chroma;
    ujpeg_chunk_t chunk;
    ujpeg_values_t values;             // of luma
    ujpeg_dequant_t dequant;
    ujpeg_batch_t batch;
    int16_t dcs[UJPEG_ROW_BLOCKS_MAX]; // of one row of MCUs
    uint8_t row[UJPEG_ROW_BLOCKS_MAX]; // their pixels
};

#endif
