#include "ujpeg_chunk.h"

#include "cpu.h"

static ujpeg_unstuff_fn *unstuff(void) {
    #ifdef __arm__
    return cpu_has_neon() ? ujpeg_unstuff__neon : ujpeg_unstuff__c;
    #else
    return ujpeg_unstuff__c;
    #endif
}

void ujpeg_chunk_begin(ujpeg_chunk_t *chunk, const uint8_t *next, const uint8_t *end) {
    chunk->next = next;
    chunk->end = end;
    chunk->ended = false;
    chunk->filled = 0;
}

void ujpeg_chunk_refill(ujpeg_chunk_t *chunk, uint32_t *position) {
    uint8_t *top = chunk->bytes + sizeof chunk->bytes;
    const uint32_t used = *position >> 3;
    const uint32_t kept = chunk->filled - used;
    memmove(top - kept, top - chunk->filled, kept);
    *position &= 7;
    uint8_t *target = top - kept;
    chunk->ended = unstuff()(&chunk->next, chunk->end, &target, UJPEG_CHUNK_BYTES - kept);
    chunk->filled = (uint32_t)(top - target);
}
