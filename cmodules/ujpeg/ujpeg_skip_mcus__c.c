#include "ujpeg_entropy.h"

// The position behind the block that `first_entry` of its look-up began; UJPEG_ACC_FAILED after a failure.
static uint32_t skip_ac(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc, uint32_t last_entry) {
    for (;;) {
        while ((int32_t)acc >= 0) {
            last_entry = coder->skip[ujpeg_window(top, acc & UJPEG_POSITION_MASK) >> (32 - UJPEG_LOOK_BITS)];
            acc += last_entry;
        }
        if (acc >> 26 != UJPEG_ENDED) {
            acc = ujpeg_rare_ac(coder, top, acc, last_entry);
        }
        if (acc >> 26 == UJPEG_ENDED) {
            return acc & UJPEG_POSITION_MASK;
        }
        if (acc == UJPEG_ACC_FAILED) {
            return acc;
        }
    }
}

static uint32_t skip_block(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t position, uint32_t *dc) {
    const uint32_t entry = coder->first[ujpeg_window(top, position) >> (32 - UJPEG_LOOK_BITS)];
    int32_t difference = (int32_t)(entry << 12) >> 20;
    uint32_t last_entry = entry - ((uint32_t)difference << 8);
    uint32_t acc = position + last_entry;
    if (acc >> UJPEG_COUNT_SHIFT == UJPEG_COUNT_START + UJPEG_COUNT_ESCAPE) {
        acc = ujpeg_rare_dc(coder, top, acc, &difference);
    }
    if (acc == UJPEG_ACC_FAILED) {
        return acc;
    }
    *dc += (uint32_t)difference;
    return skip_ac(coder, top, acc, last_entry);
}

void ujpeg_skip_chroma__c(ujpeg_entropy_t *entropy) {
    uint32_t position = entropy->position, unused = 0;
    for (uint32_t i = 0; i < entropy->chroma_blocks && position != UJPEG_ACC_FAILED; ++i) {
        position = skip_block(entropy->chroma, entropy->top, position, &unused);
    }
    entropy->position = position;
}

static void skip_mcu(ujpeg_entropy_t *entropy, int16_t *dcs) {
    uint32_t position = entropy->position;
    for (uint32_t i = 0; i < entropy->luma_blocks && position != UJPEG_ACC_FAILED; ++i) {
        position = skip_block(entropy->luma, entropy->top, position, &entropy->dc[0]);
        dcs[i] = (int16_t)entropy->dc[0];
    }
    entropy->position = position;
    ujpeg_skip_chroma__c(entropy);
}

uint32_t ujpeg_skip_mcus__c(ujpeg_entropy_t *entropy, uint32_t mcus, int16_t *dcs) {
    for (uint32_t done = 0; done < mcus; ++done, dcs += entropy->luma_blocks) {
        if (entropy->position >= entropy->limit) {
            return done;
        }
        skip_mcu(entropy, dcs);
    }
    return mcus;
}
