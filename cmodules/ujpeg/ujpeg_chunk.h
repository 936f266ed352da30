// Entropy-coded data without its byte stuffing, a chunk at a time, stored backwards: byte i of a chunk lies at
// top[-1 - i], so that a little-endian load gives 32 bits in the order of the stream.
#ifndef UJPEG_CHUNK_H
#define UJPEG_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "ujpeg_header.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the fast path reads bits with little-endian loads"
#endif

// No block is longer: 64 symbols of at most 16 + 15 bits.
#define UJPEG_BLOCK_BITS_MAX (64 * 31)
// No MCU is longer; 8 for loads that look ahead.
#define UJPEG_MCU_BYTES_MAX (UJPEG_MCU_BLOCKS * UJPEG_BLOCK_BITS_MAX / 8 + 8)
// With a longest MCU behind it, its bits are numbered in 16 bits.
#define UJPEG_CHUNK_BYTES (5632)
// What one step of the unstuffers may write beyond the bytes it reports.
#define UJPEG_UNSTUFF_STEP (32)

typedef struct {
    const uint8_t *next, *end; // of the picture, behind what has been unstuffed
    bool ended;                // next is at a marker or at the end of the picture
    uint32_t filled;           // bytes in the chunk
    // An MCU may be read from any bit of the filled bytes: what lies beyond them is stale but ours.
    uint8_t bytes[UJPEG_MCU_BYTES_MAX + UJPEG_UNSTUFF_STEP + UJPEG_CHUNK_BYTES];
} ujpeg_chunk_t;

static inline const uint8_t *ujpeg_chunk_top(const ujpeg_chunk_t *chunk) {
    return chunk->bytes + sizeof chunk->bytes;
}

// At least 25 bits from bit `position` on, left-aligned.
static inline uint32_t ujpeg_window(const uint8_t *top, uint32_t position) {
    uint32_t word;
    memcpy(&word, top - 4 - (position >> 3), 4);
    return word << (position & 7);
}

// Begins at `next`, with an empty chunk.
void ujpeg_chunk_begin(ujpeg_chunk_t *chunk, const uint8_t *next, const uint8_t *end);

// Drops the bytes before bit *position, which becomes 0..7, and fills the chunk up.
void ujpeg_chunk_refill(ujpeg_chunk_t *chunk, uint32_t *position);

// Copies bytes from *source backwards to below *target, at most `room`, up to a marker or the end, and moves both.
// Returns whether it stopped there. May write UJPEG_UNSTUFF_STEP bytes below what it reports.
typedef bool ujpeg_unstuff_fn(const uint8_t **source, const uint8_t *end, uint8_t **target, size_t room);
ujpeg_unstuff_fn ujpeg_unstuff__c;
ujpeg_unstuff_fn ujpeg_unstuff__neon;

#endif
