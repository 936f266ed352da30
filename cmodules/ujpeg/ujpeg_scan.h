// Walks through the MCUs of a picture's only scan: chunks, restart intervals, rows.
#ifndef UJPEG_SCAN_H
#define UJPEG_SCAN_H

#include "ujpeg_entropy.h"
#include "ujpeg_header.h"

typedef struct {
    ujpeg_entropy_t entropy;
    ujpeg_chunk_t *chunk;
    uint32_t filled;           // bits in the chunk
    uint32_t restart_interval; // MCUs; 0: none
    uint32_t interval_left;    // MCUs before the next restart marker
    uint32_t restart_number;   // of the next restart marker, 0..7
} ujpeg_scan_t;

// Begins before the first MCU; the coders and block numbers of scan->entropy are the caller's to set.
void ujpeg_scan_begin(ujpeg_scan_t *scan, ujpeg_chunk_t *chunk, const ujpeg_header_t *header, const uint8_t *end);

// Goes on behind as many whole restart intervals as fit into `mcus` MCUs without reading them; *passed is how many
// MCUs that was. All of these return false for what libjpeg-turbo must judge.
bool ujpeg_scan_jump(ujpeg_scan_t *scan, uint32_t mcus, uint32_t *passed);

// Passes over MCUs, keeping their luma DC coefficients.
bool ujpeg_scan_skip(ujpeg_scan_t *scan, uint32_t mcus, int16_t *dcs);

// Makes sure that one MCU can be read from scan->entropy; ujpeg_scan_count() says that it has been.
bool ujpeg_scan_refill(ujpeg_scan_t *scan);
static inline bool ujpeg_scan_ready(ujpeg_scan_t *scan) {
    return (scan->entropy.position < scan->entropy.limit && scan->interval_left != 0) || ujpeg_scan_refill(scan);
}

// A failure leaves a position beyond everything.
static inline bool ujpeg_scan_count(ujpeg_scan_t *scan, uint32_t mcus) {
    scan->interval_left -= mcus;
    return scan->entropy.position <= scan->filled;
}

// Whether the end-of-image marker follows.
bool ujpeg_scan_at_end(const ujpeg_scan_t *scan);

// Whether so much data follows that libjpeg-turbo, which reads ahead, cannot have met the end of the buffer.
bool ujpeg_scan_far_from_end(const ujpeg_scan_t *scan);

#endif
