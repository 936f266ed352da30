#include "ujpeg_coder.h"

#include <string.h>

#include "ujpeg_header.h"

// Coefficients that one entry may pass: more could not be told from the end of the block.
#define ADVANCE_MAX (62u)

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
    return size <= UJPEG_AC_SIZE_MAX ? run + 1 : 0;
}

// One symbol for every look-up, as symbol * 32 + length of its code; 0 where the code is longer.
typedef struct {
    uint16_t at[1 << UJPEG_LOOK_BITS];
} singles_t;

static void fill_singles(singles_t *singles, const ujpeg_huffman_t *huffman) {
    uint32_t at = 0, index = 16;
    for (uint32_t length = 1; length <= UJPEG_LOOK_BITS; ++length) {
        for (uint32_t codes = huffman->bytes[length - 1]; codes > 0; --codes, ++index) {
            for (uint32_t same_code = 1u << (UJPEG_LOOK_BITS - length); same_code > 0; --same_code) {
                singles->at[at++] = (uint16_t)(huffman->bytes[index] << 5 | length);
            }
        }
    }
    memset(singles->at + at, 0, sizeof singles->at - at * sizeof singles->at[0]);
}

static ujpeg_symbol_t single(const singles_t *singles, uint32_t look) {
    const uint32_t found = singles->at[look & ((1 << UJPEG_LOOK_BITS) - 1)];
    return (ujpeg_symbol_t) { (uint8_t)(found >> 5), found & 31 };
}

// Adds the AC symbols that follow `used` bits of the look-up to *count; returns the bits used then.
static uint32_t more_symbols(const singles_t *ac, uint32_t look, uint32_t used, uint32_t *count) {
    uint32_t passed = 0;
    while (used < UJPEG_LOOK_BITS) {
        const ujpeg_symbol_t next = single(ac, look << used);
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

// As ujpeg_extend(), of the bits behind the code.
static int32_t value_of(uint32_t look, uint32_t look_bits, ujpeg_symbol_t symbol, uint32_t size) {
    return size == 0 ? 0 : ujpeg_extend(look << (32 - look_bits + symbol.length), size);
}

static uint32_t first_entry(const singles_t *dc, const singles_t *ac, uint32_t look) {
    const ujpeg_symbol_t symbol = single(dc, look);
    const uint32_t used = symbol.length + symbol.symbol;
    if (symbol.length == 0 || used > UJPEG_LOOK_BITS || symbol.symbol > UJPEG_DC_SIZE_MAX) {
        return entry(0, 0, UJPEG_COUNT_START + UJPEG_COUNT_ESCAPE);
    }
    uint32_t count = UJPEG_COUNT_START;
    const uint32_t bits = more_symbols(ac, look, used, &count);
    return entry(bits, value_of(look, UJPEG_LOOK_BITS, symbol, symbol.symbol), count);
}

static uint32_t skip_entry(const singles_t *ac, uint32_t look) {
    const ujpeg_symbol_t next = single(ac, look);
    const uint32_t advance = advance_of(next.symbol);
    if (next.length == 0 || advance == 0) {
        return entry(0, 0, UJPEG_COUNT_ESCAPE);
    }
    const uint32_t bits = next.length + (next.symbol & 15);
    if (bits > UJPEG_LOOK_BITS) {
        return entry(bits, 0, advance + UJPEG_COUNT_LONG);
    }
    uint32_t count = 0;
    const uint32_t used = more_symbols(ac, look, 0, &count);
    return entry(used, 0, count);
}

static ujpeg_entry_t value_entry(const singles_t *ac, uint32_t look) {
    const ujpeg_symbol_t next = single(ac, look << (UJPEG_LOOK_BITS - UJPEG_VALUE_BITS));
    const uint32_t advance = advance_of(next.symbol), size = next.symbol & 15;
    if (next.length == 0 || next.length > UJPEG_VALUE_BITS || advance == 0) {
        return (ujpeg_entry_t) { entry(0, 0, UJPEG_COUNT_ESCAPE), 0 };
    }
    if (next.length + size > UJPEG_VALUE_BITS || size > UJPEG_VALUE_SIZE_MAX) {
        return (ujpeg_entry_t) { entry(next.length, 0, advance + UJPEG_COUNT_LONG), (int32_t)size };
    }
    return (ujpeg_entry_t) { entry(next.length + size, 0, advance), value_of(look, UJPEG_VALUE_BITS, next, size) };
}

static ujpeg_entry_t dc_entry(const singles_t *dc, uint32_t look) {
    const ujpeg_symbol_t symbol = single(dc, look << (UJPEG_LOOK_BITS - UJPEG_VALUE_BITS));
    const uint32_t used = symbol.length + symbol.symbol;
    if (symbol.length == 0 || used > UJPEG_VALUE_BITS || symbol.symbol > UJPEG_DC_SIZE_MAX) {
        return (ujpeg_entry_t) { entry(0, 0, UJPEG_COUNT_START + UJPEG_COUNT_ESCAPE), 0 };
    }
    return (ujpeg_entry_t) {
        entry(used, 0, UJPEG_COUNT_START), value_of(look, UJPEG_VALUE_BITS, symbol, symbol.symbol),
    };
}

// From the longer codes, all of them behind the shorter ones.
static void fill_tail(ujpeg_values_t *values, const ujpeg_huffman_t *ac) {
    const uint32_t start = ac->end[UJPEG_VALUE_BITS];
    values->tail_start = (1 << 16) - start <= UJPEG_TAIL_MAX ? start : 1 << 16;
    for (uint32_t look = values->tail_start; look < 1 << 16; ++look) {
        const ujpeg_symbol_t next = ujpeg_symbol(ac, look << 16);
        const uint32_t advance = advance_of(next.symbol);
        const bool plain = next.length != 0 && advance != 0 && advance != UJPEG_COUNT_EOB;
        values->tail[look - values->tail_start] = plain
            ? (ujpeg_entry_t) { entry(next.length, 0, advance + UJPEG_COUNT_LONG), next.symbol & 15 }
            : (ujpeg_entry_t) { entry(0, 0, UJPEG_COUNT_ESCAPE), 0 };
    }
}

static void fill_tables(ujpeg_coder_t *coder, ujpeg_values_t *values) {
    singles_t dc, ac;
    fill_singles(&dc, &coder->dc);
    fill_singles(&ac, &coder->ac);
    for (uint32_t look = 0; look < 1u << UJPEG_LOOK_BITS; ++look) {
        coder->first[look] = first_entry(&dc, &ac, look);
        coder->skip[look] = skip_entry(&ac, look);
    }
    for (uint32_t look = 0; values != NULL && look < 1u << UJPEG_VALUE_BITS; ++look) {
        values->dc[look] = dc_entry(&dc, look);
        values->value[look] = value_entry(&ac, look);
    }
    if (values != NULL) {
        fill_tail(values, &coder->ac);
    }
}

bool ujpeg_coder_prepare(ujpeg_coder_t *coder, ujpeg_values_t *values, const uint8_t *dc, const uint8_t *ac) {
    const uint32_t dc_size = 16 + ujpeg_symbol_count(dc), ac_size = 16 + ujpeg_symbol_count(ac);
    if (same(&coder->dc, dc, dc_size) && same(&coder->ac, ac, ac_size)) {
        return true;
    }
    if (!define(&coder->dc, dc, dc_size) || !define(&coder->ac, ac, ac_size) || !dc_symbols_fit(&coder->dc)) {
        coder->dc.size = 0;
        return false;
    }
    fill_tables(coder, values);
    return true;
}
