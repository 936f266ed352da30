#include "ujpeg_entropy.h"

// One symbol a look-up; acc as in ujpeg_coder.h, beyond the DC symbol.
static uint32_t read_ac(const ujpeg_entropy_t *entropy, uint32_t acc, ujpeg_batch_t batch, uint32_t block) {
    const ujpeg_entry_t *table = entropy->values->value;
    while (acc >> 26 < UJPEG_ENDED) {
        const uint32_t window = ujpeg_window(entropy->top, acc & UJPEG_POSITION_MASK);
        const ujpeg_entry_t entry = table[window >> (32 - UJPEG_VALUE_BITS)];
        const uint32_t next = acc + entry.step;
        if ((int32_t)next >= 0) {
            batch[63 - (UJPEG_COUNT_FULL - (next >> UJPEG_COUNT_SHIFT))][block] = entry.value;
            acc = next;
        } else {
            acc = next >> 26 == UJPEG_ENDED ? next : ujpeg_rare_value(entropy, acc, batch, block);
        }
    }
    return acc;
}

void ujpeg_read_blocks__c(ujpeg_entropy_t *entropy, uint32_t blocks, ujpeg_batch_t batch, uint32_t first,
    int16_t *dcs) {
    for (uint32_t block = first; block < first + blocks && entropy->position != UJPEG_ACC_FAILED;
        ++block) {
        const uint32_t window = ujpeg_window(entropy->top, entropy->position);
        const ujpeg_entry_t entry = entropy->values->dc[window >> (32 - UJPEG_VALUE_BITS)];
        int32_t difference = entry.value;
        uint32_t acc = entropy->position + entry.step;
        if ((int32_t)acc < 0) {
            acc = ujpeg_rare_dc(entropy->luma, entropy->top, entropy->position, &difference);
        }
        if (acc != UJPEG_ACC_FAILED) {
            entropy->dc[0] += (uint32_t)difference;
            *dcs++ = (int16_t)entropy->dc[0];
            batch[0][block] = (int16_t)entropy->dc[0];
            acc = read_ac(entropy, acc, batch, block);
        }
        entropy->position = acc == UJPEG_ACC_FAILED ? acc : acc & UJPEG_POSITION_MASK;
    }
}
