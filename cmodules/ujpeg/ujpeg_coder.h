// Huffman tables of one pair (DC, AC), made for resolving several symbols per look-up.
//
// While a block is parsed, one 32-bit number holds both how far the block is and where the bits are:
//   bits 31..20  the coefficient counter: UJPEG_COUNT_START after the DC coefficient, one more for every coefficient
//                position, UJPEG_COUNT_FULL after the last; bit 31 (the sign) says that the plain loop must stop
//   bits 19..0   the bit position
// and a look-up adds one entry to it:
//   bits 31..20  what to add to the counter, with UJPEG_COUNT_EOB if the last symbol ends the block
//   bits 19..8   signed: DC difference (first) or coefficient (value), subtracted before adding
//   bits  7..0   bits consumed
#ifndef UJPEG_CODER_H
#define UJPEG_CODER_H

#include <stdbool.h>
#include <stdint.h>

#define UJPEG_LOOK_BITS (12)
#define UJPEG_VALUE_BITS (11)
#define UJPEG_DC_BITS (9)

#define UJPEG_COUNT_SHIFT (20)
#define UJPEG_POSITION_MASK ((1u << UJPEG_COUNT_SHIFT) - 1)
#define UJPEG_COUNT_START (0x7C1u)
#define UJPEG_COUNT_FULL (0x800u)
// From any counter of an unfinished block to 0xC01..0xC3F, from beyond the end of a block to 0xC40 and more.
#define UJPEG_COUNT_EOB (0x440u)
// acc >> 26 of a block that ended with its end-of-block symbol.
#define UJPEG_ENDED (0xC00u >> 6)
// The entry's symbol is right but consumes more bits than the look-up saw.
#define UJPEG_COUNT_LONG (0x600u)
// The entry says nothing: the symbol's code is longer than the look-up, or what follows it is.
#define UJPEG_COUNT_ESCAPE (0x500u)

// Bytes of one table's definition: 16 counts and at most 256 symbols.
#define UJPEG_DEFINITION_MAX (16 + 256)

typedef struct {
    uint32_t size; // 0: none yet
    uint8_t bytes[UJPEG_DEFINITION_MAX];
    uint32_t end[17];   // first 16-bit code, left-aligned, beyond the codes of this length or shorter
    int32_t offset[17]; // index of a code's symbol less its value
} ujpeg_huffman_t;

typedef struct {
    ujpeg_huffman_t dc, ac;
    uint32_t first[1 << UJPEG_LOOK_BITS];  // DC symbol with its difference, then AC symbols; counter set, not added
    uint32_t skip[1 << UJPEG_LOOK_BITS];   // AC symbols
    uint32_t value[1 << UJPEG_VALUE_BITS]; // one AC symbol with its coefficient
    uint8_t size[1 << UJPEG_DC_BITS];      // bits of a DC difference, times 16, plus its code's length; 0: longer code
} ujpeg_coder_t;

// Makes the tables unless they are there. False if a definition is wrong.
bool ujpeg_coder_prepare(ujpeg_coder_t *coder, const uint8_t *dc, const uint8_t *ac);

typedef struct {
    uint8_t symbol, length; // of the code; 0: there is no such code
} ujpeg_symbol_t;

// The symbol at the top of the window, whose upper 16 bits must be valid.
static inline ujpeg_symbol_t ujpeg_symbol(const ujpeg_huffman_t *huffman, uint32_t window) {
    const uint32_t code = window >> 16;
    for (uint32_t length = code < huffman->end[8] ? 1 : code < huffman->end[12] ? 9 : 13; length <= 16; ++length) {
        if (code < huffman->end[length]) {
            const int32_t index = (int32_t)(code >> (16 - length)) + huffman->offset[length];
            return (ujpeg_symbol_t) { huffman->bytes[16 + index], (uint8_t)length };
        }
    }
    return (ujpeg_symbol_t) { 0, 0 };
}

// The number that `size` bits below the code stand for; window is left-aligned, 1 <= size <= 15.
static inline int32_t ujpeg_extend(uint32_t window, uint32_t size) {
    const int32_t bits = (int32_t)(window >> (32 - size));
    return bits >= 1 << (size - 1) ? bits : bits - (1 << size) + 1;
}

#endif
