#include "ujpeg_entropy.h"

#define ENDED (UJPEG_ENDED << 26 | 1u << UJPEG_COUNT_SHIFT)

static uint32_t counter(uint32_t acc) {
    return acc >> UJPEG_COUNT_SHIFT;
}

static uint32_t with_counter(uint32_t acc, uint32_t count) {
    return (acc & UJPEG_POSITION_MASK) | count << UJPEG_COUNT_SHIFT;
}

uint32_t ujpeg_rare_dc(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc, int32_t *difference) {
    uint32_t position = acc & UJPEG_POSITION_MASK;
    const ujpeg_symbol_t dc = ujpeg_symbol(&coder->dc, ujpeg_window(top, position));
    if (dc.length == 0 || dc.symbol > UJPEG_DC_SIZE_MAX) {
        return UJPEG_ACC_FAILED;
    }
    position += dc.length;
    *difference = dc.symbol == 0 ? 0 : ujpeg_extend(ujpeg_window(top, position), dc.symbol);
    return with_counter(position + dc.symbol, UJPEG_COUNT_START);
}

// One symbol on; counter 1..63 positions before UJPEG_COUNT_FULL. *value becomes its coefficient and *zigzag the
// position that belongs to, 0 if there is none.
static uint32_t one_symbol(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc, uint32_t *zigzag,
    int32_t *value) {
    uint32_t position = acc & UJPEG_POSITION_MASK;
    const ujpeg_symbol_t ac = ujpeg_symbol(&coder->ac, ujpeg_window(top, position));
    const uint32_t size = ac.symbol & 15, run = ac.symbol >> 4;
    position += ac.length;
    *zigzag = 0;
    if (ac.length == 0 || size > UJPEG_AC_SIZE_MAX || (size == 0 && run != 0 && run != 15)) {
        return UJPEG_ACC_FAILED;
    }
    if (ac.symbol == 0) {
        return position | ENDED;
    }
    const uint32_t count = counter(acc) + run + 1;
    if (count > UJPEG_COUNT_FULL) {
        return UJPEG_ACC_FAILED;
    }
    if (size != 0) {
        *zigzag = 63 - (UJPEG_COUNT_FULL - count);
        *value = ujpeg_extend(ujpeg_window(top, position), size);
    }
    return count == UJPEG_COUNT_FULL ? (position + size) | ENDED : with_counter(position + size, count);
}

uint32_t ujpeg_rare_ac(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc, uint32_t last_step) {
    if (counter(acc) == UJPEG_COUNT_FULL) {
        return (acc & UJPEG_POSITION_MASK) | ENDED;
    }
    // The step saw beyond the block's end, or nothing, or a coefficient without its bits.
    acc -= last_step;
    if (counter(last_step) >= UJPEG_COUNT_LONG) {
        const uint32_t count = counter(acc + last_step) - UJPEG_COUNT_LONG;
        acc = with_counter(acc + (last_step & 0xFF), count);
        return count < UJPEG_COUNT_FULL ? acc : count == UJPEG_COUNT_FULL ? (acc & UJPEG_POSITION_MASK) | ENDED
            : UJPEG_ACC_FAILED;
    }
    const bool to_the_end = counter(last_step) != UJPEG_COUNT_ESCAPE;
    uint32_t zigzag;
    int32_t value;
    do {
        acc = one_symbol(coder, top, acc, &zigzag, &value);
    } while (to_the_end && acc >> 26 < UJPEG_ENDED);
    return acc;
}

uint32_t ujpeg_rare_value(const ujpeg_entropy_t *entropy, uint32_t acc, ujpeg_batch_t batch, uint32_t block) {
    uint32_t zigzag;
    int32_t value = 0;
    acc = one_symbol(entropy->luma, entropy->top, acc, &zigzag, &value);
    if (zigzag == 0) {
        return acc;
    }
    // What the failure leaves in the batch is still turned into pixels, which nobody looks at.
    const int32_t dequantised = value * entropy->dequant->natural[ujpeg_zigzag[zigzag]];
    if (dequantised > UJPEG_DEQUANTISED_MAX || dequantised < -UJPEG_DEQUANTISED_MAX) {
        return UJPEG_ACC_FAILED;
    }
    batch[zigzag][block] = value;
    return acc;
}
