// The entropy decoder's place in the picture and its three ways of reading MCUs.
#ifndef UJPEG_ENTROPY_H
#define UJPEG_ENTROPY_H

#include "ujpeg_batch.h"
#include "ujpeg_chunk.h"
#include "ujpeg_coder.h"

#define UJPEG_ACC_FAILED (UINT32_MAX)

typedef struct {
    const uint8_t *top; // of the chunk
    uint32_t position;  // bit in the chunk; UJPEG_ACC_FAILED after something that only libjpeg-turbo can judge
    uint32_t limit;     // no MCU begins at or behind this bit
    const ujpeg_coder_t *luma, *chroma;
    const ujpeg_values_t *values;        // of luma
    const ujpeg_dequant_t *dequant;      // of luma
    uint32_t luma_blocks, chroma_blocks; // of one MCU, the chroma blocks behind the luma blocks
    uint32_t dc[UJPEG_COMPONENTS];       // predictions, modulo 2^32
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

// Reads luma blocks into the batch from its block `first` on, where zeros must be; DC coefficients, modulo 2^16, go to
// dcs too.
typedef void ujpeg_read_blocks_fn(ujpeg_entropy_t *entropy, uint32_t blocks, ujpeg_batch_t batch, uint32_t first,
    int16_t *dcs);
ujpeg_read_blocks_fn ujpeg_read_blocks__c;
ujpeg_read_blocks_fn ujpeg_read_blocks__arm;

#ifdef __arm__
#define ujpeg_skip_mcus ujpeg_skip_mcus__arm
#define ujpeg_skip_chroma ujpeg_skip_chroma__arm
#define ujpeg_read_blocks ujpeg_read_blocks__arm
#else
#define ujpeg_skip_mcus ujpeg_skip_mcus__c
#define ujpeg_skip_chroma ujpeg_skip_chroma__c
#define ujpeg_read_blocks ujpeg_read_blocks__c
#endif

// What follows is shared by the two. acc as in ujpeg_coder.h.

// Reads the DC symbol at acc's position (counter ignored); acc behind it, counter at the start, or UJPEG_ACC_FAILED.
uint32_t ujpeg_rare_dc(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc, int32_t *difference);

// Goes on after a step stopped the plain loop with something else than the block's end: puts right what it added and
// reads on, symbol by symbol where needed, until the plain loop may take over (sign clear) or the block has ended
// (UJPEG_ENDED).
uint32_t ujpeg_rare_ac(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc, uint32_t last_step);

// One symbol on, keeping its coefficient: column `block` of the batch.
uint32_t ujpeg_rare_value(const ujpeg_entropy_t *entropy, uint32_t acc, ujpeg_batch_t batch, uint32_t block);

#endif
