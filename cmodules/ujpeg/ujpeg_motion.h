// The motion gate: DC pictures of the region, compared row by row while they are made.
#ifndef UJPEG_MOTION_H
#define UJPEG_MOTION_H

#include "ujpeg_stream.h"

// Until the end is reached, what the buffer holds belongs to no picture.
void ujpeg_motion_begin(ujpeg_stream_t *stream, const ujpeg_dc_picture_t *picture);
bool ujpeg_motion_wanted(const ujpeg_stream_t *stream);
void ujpeg_motion_row(ujpeg_stream_t *stream, const uint8_t *pixels, uint32_t row);
void ujpeg_motion_end(ujpeg_stream_t *stream);

#endif
