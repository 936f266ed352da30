#include "ujpeg_entropy.h"

const uint8_t ujpeg_zigzag[64] = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
    55, 62, 63,
};

#define LARGEST_DC_SIZE (11)
#define LARGEST_AC_SIZE (10)
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
    if (dc.length == 0 || dc.symbol > LARGEST_DC_SIZE) {
        return UJPEG_ACC_FAILED;
    }
    position += dc.length;
    *difference = dc.symbol == 0 ? 0 : ujpeg_extend(ujpeg_window(top, position), dc.symbol);
    return with_counter(position + dc.symbol, UJPEG_COUNT_START);
}

// One symbol on; counter 1..63 positions before UJPEG_COUNT_FULL.
static uint32_t one_symbol(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc, int16_t *coefficients) {
    uint32_t position = acc & UJPEG_POSITION_MASK;
    const ujpeg_symbol_t ac = ujpeg_symbol(&coder->ac, ujpeg_window(top, position));
    const uint32_t size = ac.symbol & 15, run = ac.symbol >> 4;
    position += ac.length;
    if (ac.length == 0 || size > LARGEST_AC_SIZE || (size == 0 && run != 0 && run != 15)) {
        return UJPEG_ACC_FAILED;
    }
    if (ac.symbol == 0) {
        return position | ENDED;
    }
    const uint32_t count = counter(acc) + run + 1;
    if (count > UJPEG_COUNT_FULL) {
        return UJPEG_ACC_FAILED;
    }
    if (size != 0 && coefficients) {
        coefficients[ujpeg_zigzag[63 - (UJPEG_COUNT_FULL - count)]] =
            (int16_t)ujpeg_extend(ujpeg_window(top, position), size);
    }
    return count == UJPEG_COUNT_FULL ? (position + size) | ENDED : with_counter(position + size, count);
}

uint32_t ujpeg_rare_ac(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc, uint32_t last_entry,
    int16_t *coefficients) {
    if (counter(acc) == UJPEG_COUNT_FULL && !coefficients) {
        return (acc & UJPEG_POSITION_MASK) | ENDED;
    }
    // The entry saw beyond the block's end, or nothing, or a coefficient without its bits.
    acc -= last_entry;
    if (last_entry >> UJPEG_COUNT_SHIFT >= UJPEG_COUNT_LONG && !coefficients) {
        const uint32_t count = counter(acc + last_entry) - UJPEG_COUNT_LONG;
        acc = with_counter(acc + (last_entry & 0xFF), count);
        return count < UJPEG_COUNT_FULL ? acc : count == UJPEG_COUNT_FULL ? (acc & UJPEG_POSITION_MASK) | ENDED
            : UJPEG_ACC_FAILED;
    }
    const bool to_the_end = (last_entry >> UJPEG_COUNT_SHIFT) != UJPEG_COUNT_ESCAPE;
    do {
        acc = one_symbol(coder, top, acc, coefficients);
    } while (to_the_end && acc >> 26 < UJPEG_ENDED);
    return acc;
}
