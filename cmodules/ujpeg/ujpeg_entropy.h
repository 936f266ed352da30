// The entropy decoder's place in the picture and its three ways of reading MCUs.
#ifndef UJPEG_ENTROPY_H
#define UJPEG_ENTROPY_H

#include "ujpeg_chunk.h"
#include "ujpeg_coder.h"

typedef struct {
    const uint8_t *top; // of the chunk
    uint32_t position;  // bit in the chunk
    uint32_t limit;     // no MCU begins at or behind this bit
    const ujpeg_coder_t *luma, *chroma;
    uint32_t luma_blocks, chroma_blocks; // of one MCU, the chroma blocks behind the luma blocks
    uint32_t dc[UJPEG_COMPONENTS];       // predictions, modulo 2^32
    bool failed; // something only libjpeg-turbo can judge
} ujpeg_entropy_t;

// Passes over MCUs, keeping the luma DC coefficients (modulo 2^16): luma_blocks an MCU go to dcs. Chroma predictions
// are not kept. Returns the MCUs passed: fewer than asked at the limit or after a failure.
typedef uint32_t ujpeg_skip_mcus_fn(ujpeg_entropy_t *entropy, uint32_t mcus, int16_t *dcs);
ujpeg_skip_mcus_fn ujpeg_skip_mcus__c;
ujpeg_skip_mcus_fn ujpeg_skip_mcus__arm;

// Passes over the chroma blocks of one MCU.
typedef void ujpeg_skip_chroma_fn(ujpeg_entropy_t *entropy);
ujpeg_skip_chroma_fn ujpeg_skip_chroma__c;
ujpeg_skip_chroma_fn ujpeg_skip_chroma__arm;

// Reads one block's coefficients (natural order, not dequantised, the DC one modulo 2^16) into 64 zeros.
typedef void ujpeg_read_block_fn(ujpeg_entropy_t *entropy, const ujpeg_coder_t *coder, uint32_t *dc,
    int16_t coefficients[64]);
ujpeg_read_block_fn ujpeg_read_block__c;
ujpeg_read_block_fn ujpeg_read_block__arm;

#ifdef __arm__
#define ujpeg_skip_mcus ujpeg_skip_mcus__arm
#define ujpeg_skip_chroma ujpeg_skip_chroma__arm
#define ujpeg_read_block ujpeg_read_block__arm
#else
#define ujpeg_skip_mcus ujpeg_skip_mcus__c
#define ujpeg_skip_chroma ujpeg_skip_chroma__c
#define ujpeg_read_block ujpeg_read_block__c
#endif

// What follows is shared by the two. acc as in ujpeg_coder.h.

#define UJPEG_ACC_FAILED (UINT32_MAX)

// Natural order of the zigzag's 64 positions.
extern const uint8_t ujpeg_zigzag[64];

// Reads the DC symbol at acc's position (counter ignored); acc behind it, counter at the start, or UJPEG_ACC_FAILED.
static inline uint32_t ujpeg_read_dc(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc,
    int32_t *difference);
uint32_t ujpeg_rare_dc(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc, int32_t *difference);

// Goes on after an entry stopped the plain loop with something else than the block's end: puts right what it added
// and reads on, symbol by symbol where needed, until the plain loop may take over (sign clear) or the block has ended
// (UJPEG_ENDED). Coefficients are stored unless NULL.
uint32_t ujpeg_rare_ac(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc, uint32_t last_entry,
    int16_t *coefficients);

static inline uint32_t ujpeg_read_dc(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc,
    int32_t *difference) {
    const uint32_t position = acc & UJPEG_POSITION_MASK;
    const uint32_t window = ujpeg_window(top, position); // 25 bits: a code of 9 and a difference of 11 fit
    const uint32_t entry = coder->size[window >> (32 - UJPEG_DC_BITS)];
    if (__builtin_expect(entry == 0, 0)) {
        return ujpeg_rare_dc(coder, top, acc, difference);
    }
    const uint32_t length = entry & 15, size = entry >> 4;
    *difference = size == 0 ? 0 : ujpeg_extend(window << length, size);
    return (position + length + size) | UJPEG_COUNT_START << UJPEG_COUNT_SHIFT;
}

#endif
