#include "ujpeg_entropy.h"

// One coefficient a look-up; acc as in ujpeg_coder.h.
static uint32_t read_ac(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc, int16_t coefficients[64]) {
    for (;;) {
        const uint32_t window = ujpeg_window(top, acc & UJPEG_POSITION_MASK);
        const uint32_t entry = coder->value[window >> (32 - UJPEG_VALUE_BITS)];
        const int32_t value = (int32_t)(entry << 12) >> 20;
        const uint32_t step = entry - ((uint32_t)value << 8);
        acc += step;
        if ((int32_t)acc < 0) {
            if (acc >> 26 != UJPEG_ENDED) {
                acc = ujpeg_rare_ac(coder, top, acc, step, coefficients);
            }
            if (acc == UJPEG_ACC_FAILED || acc >> 26 == UJPEG_ENDED) {
                return acc;
            }
        } else {
            coefficients[ujpeg_zigzag[(acc >> UJPEG_COUNT_SHIFT) - (UJPEG_COUNT_FULL - 63)]] = (int16_t)value;
        }
    }
}

void ujpeg_read_block__c(ujpeg_entropy_t *entropy, const ujpeg_coder_t *coder, uint32_t *dc, int16_t coefficients[64]) {
    int32_t difference = 0;
    uint32_t acc = ujpeg_read_dc(coder, entropy->top, entropy->position, &difference);
    if (acc != UJPEG_ACC_FAILED) {
        *dc += (uint32_t)difference;
        coefficients[0] = (int16_t)*dc;
        acc = read_ac(coder, entropy->top, acc, coefficients);
    }
    entropy->failed |= acc == UJPEG_ACC_FAILED;
    entropy->position = acc & UJPEG_POSITION_MASK;
}
