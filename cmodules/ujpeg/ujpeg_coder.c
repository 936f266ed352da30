#include "ujpeg_coder.h"

#include <string.h>

#include "ujpeg_header.h"

// Coefficients that one entry may pass: more could not be told from the end of the block.
#define ADVANCE_MAX (62u)
// Larger differences and coefficients than 8-bit pictures have are left to libjpeg-turbo.
#define SIZE_MAX_DC (11)
#define SIZE_MAX_AC (10)

static bool same(const ujpeg_huffman_t *huffman, const uint8_t *definition, uint32_t size) {
    return huffman->size == size && memcmp(huffman->bytes, definition, size) == 0;
}

// Codes of every length in turn, as the standard hands them out; a code of ones only is wrong.
static bool define(ujpeg_huffman_t *huffman, const uint8_t *definition, uint32_t size) {
    huffman->size = 0;
    memcpy(huffman->bytes, definition, size);
    uint32_t code = 0, index = 0;
    for (uint32_t length = 1; length <= 16; ++length) {
        huffman->offset[length] = (int32_t)index - (int32_t)code;
        index += definition[length - 1];
        code += definition[length - 1];
        if (definition[length - 1] != 0 && code >= 1u << length) {
            return false;
        }
        huffman->end[length] = code << (16 - length);
        code <<= 1;
    }
    huffman->size = size;
    return true;
}

static bool dc_symbols_fit(const ujpeg_huffman_t *huffman) {
    for (uint32_t i = 16; i < huffman->size; ++i) {
        if (huffman->bytes[i] > 15) {
            return false;
        }
    }
    return true;
}

static uint32_t entry(uint32_t bits, int32_t value, uint32_t count) {
    return (count << UJPEG_COUNT_SHIFT) + ((uint32_t)value << 8) + bits;
}

// Coefficient positions an AC symbol passes, UJPEG_COUNT_EOB if it ends the block, 0 if it is none for the fast path.
static uint32_t advance_of(uint8_t symbol) {
    const uint32_t size = symbol & 15, run = symbol >> 4;
    if (size == 0) {
        return run == 0 ? UJPEG_COUNT_EOB : run == 15 ? 16 : 0;
    }
    return size <= SIZE_MAX_AC ? run + 1 : 0;
}

// Adds the AC symbols that follow `used` bits of the look-up to *count; returns the bits used then.
static uint32_t more_symbols(const ujpeg_huffman_t *ac, uint32_t look, uint32_t used, uint32_t *count) {
    uint32_t passed = 0;
    while (used < UJPEG_LOOK_BITS) {
        const ujpeg_symbol_t next = ujpeg_symbol(ac, look << used);
        const uint32_t advance = advance_of(next.symbol);
        const uint32_t total = used + next.length + (next.symbol & 15);
        if (next.length == 0 || advance == 0 || total > UJPEG_LOOK_BITS) {
            break;
        }
        if (advance == UJPEG_COUNT_EOB) {
            *count += passed + UJPEG_COUNT_EOB;
            return total;
        }
        if (passed + advance > ADVANCE_MAX) {
            break;
        }
        passed += advance;
        used = total;
    }
    *count += passed;
    return used;
}

static uint32_t first_entry(const ujpeg_coder_t *coder, uint32_t look) {
    const ujpeg_symbol_t dc = ujpeg_symbol(&coder->dc, look);
    const uint32_t used = dc.length + dc.symbol;
    if (dc.length == 0 || used > UJPEG_LOOK_BITS || dc.symbol > SIZE_MAX_DC) {
        return entry(0, 0, UJPEG_COUNT_START + UJPEG_COUNT_ESCAPE);
    }
    const int32_t difference = dc.symbol == 0 ? 0 : ujpeg_extend(look << dc.length, dc.symbol);
    uint32_t count = UJPEG_COUNT_START;
    const uint32_t bits = more_symbols(&coder->ac, look, used, &count);
    return entry(bits, difference, count);
}

static uint32_t skip_entry(const ujpeg_coder_t *coder, uint32_t look) {
    const ujpeg_symbol_t next = ujpeg_symbol(&coder->ac, look);
    const uint32_t advance = advance_of(next.symbol);
    if (next.length == 0 || next.length > UJPEG_LOOK_BITS || advance == 0) {
        return entry(0, 0, UJPEG_COUNT_ESCAPE);
    }
    const uint32_t bits = next.length + (next.symbol & 15);
    if (bits > UJPEG_LOOK_BITS) {
        return entry(bits, 0, advance + UJPEG_COUNT_LONG);
    }
    uint32_t count = 0;
    const uint32_t used = more_symbols(&coder->ac, look, 0, &count);
    return entry(used, 0, count);
}

static uint32_t value_entry(const ujpeg_coder_t *coder, uint32_t look) {
    const ujpeg_symbol_t next = ujpeg_symbol(&coder->ac, look);
    const uint32_t advance = advance_of(next.symbol), size = next.symbol & 15;
    if (next.length == 0 || advance == 0 || next.length + size > UJPEG_VALUE_BITS) {
        return entry(0, 0, UJPEG_COUNT_ESCAPE);
    }
    return entry(next.length + size, size == 0 ? 0 : ujpeg_extend(look << next.length, size), advance);
}

static uint8_t size_entry(const ujpeg_coder_t *coder, uint32_t look) {
    const ujpeg_symbol_t dc = ujpeg_symbol(&coder->dc, look);
    return dc.length == 0 || dc.length > UJPEG_DC_BITS || dc.symbol > SIZE_MAX_DC ? 0 : dc.symbol << 4 | dc.length;
}

bool ujpeg_coder_prepare(ujpeg_coder_t *coder, const uint8_t *dc, const uint8_t *ac) {
    const uint32_t dc_size = 16 + ujpeg_symbol_count(dc), ac_size = 16 + ujpeg_symbol_count(ac);
    if (same(&coder->dc, dc, dc_size) && same(&coder->ac, ac, ac_size)) {
        return true;
    }
    if (!define(&coder->dc, dc, dc_size) || !define(&coder->ac, ac, ac_size) || !dc_symbols_fit(&coder->dc)) {
        coder->dc.size = 0;
        return false;
    }
    for (uint32_t i = 0; i < 1u << UJPEG_LOOK_BITS; ++i) {
        const uint32_t look = i << (32 - UJPEG_LOOK_BITS);
        coder->first[i] = first_entry(coder, look);
        coder->skip[i] = skip_entry(coder, look);
    }
    for (uint32_t i = 0; i < 1u << UJPEG_VALUE_BITS; ++i) {
        coder->value[i] = value_entry(coder, i << (32 - UJPEG_VALUE_BITS));
    }
    for (uint32_t i = 0; i < 1u << UJPEG_DC_BITS; ++i) {
        coder->size[i] = size_entry(coder, i << (32 - UJPEG_DC_BITS));
    }
    return true;
}
