// Huffman tables of one pair (DC, AC), made for resolving several symbols per look-up.
//
// While a block is parsed, one 32-bit number holds both how far the block is and where the bits are:
//   bits 31..20  the coefficient counter: UJPEG_COUNT_START after the DC coefficient, one more for every coefficient
//                position, UJPEG_COUNT_FULL after the last; bit 31 (the sign) says that the plain loop must stop
//   bits 19..0   the bit position
// and a look-up adds one step to it:
//   bits 31..20  what to add to the counter, with UJPEG_COUNT_EOB if the last symbol ends the block
//   bits  7..0   bits consumed
// In the table `first` bits 19..8 hold the DC difference, signed, which is subtracted before adding.
#ifndef UJPEG_CODER_H
#define UJPEG_CODER_H

#include <stdbool.h>
#include <stdint.h>

#define UJPEG_LOOK_BITS (12)
#define UJPEG_VALUE_BITS (11)

#define UJPEG_COUNT_SHIFT (20)
#define UJPEG_POSITION_MASK ((1u << UJPEG_COUNT_SHIFT) - 1)
#define UJPEG_COUNT_START (0x7C1u)
#define UJPEG_COUNT_FULL (0x800u)
// From any counter of an unfinished block to 0xC01..0xC3F, from beyond the end of a block to 0xC40 and more.
#define UJPEG_COUNT_EOB (0x440u)
// acc >> 26 of a block that ended with its end-of-block symbol.
#define UJPEG_ENDED (0xC00u >> 6)
// The entry's symbol is right but consumes more bits than the look-up saw. In the tables `value` and `tail` only the
// code's bits are consumed, and the entry's value is how many follow.
#define UJPEG_COUNT_LONG (0x600u)
// The entry says nothing: the symbol's code is longer than the look-up, or what follows it is.
#define UJPEG_COUNT_ESCAPE (0x500u)

// Look-ups of 16 bits that begin with a code longer than UJPEG_VALUE_BITS: with usual tables 140 to 300.
#define UJPEG_TAIL_MAX (512)
// Bits of the largest coefficients that the table `value` holds itself.
#define UJPEG_VALUE_SIZE_MAX (6)
// Larger differences and coefficients than 8-bit pictures have are left to libjpeg-turbo.
#define UJPEG_DC_SIZE_MAX (11)
#define UJPEG_AC_SIZE_MAX (10)

// Bytes of one table's definition: 16 counts and at most 256 symbols.
#define UJPEG_DEFINITION_MAX (16 + 256)

typedef struct {
    uint32_t size; // 0: none yet
    uint8_t bytes[UJPEG_DEFINITION_MAX];
    uint32_t end[17];   // first 16-bit code, left-aligned, beyond the codes of this length or shorter
    int32_t offset[17]; // index of a code's symbol less its value
} ujpeg_huffman_t;

typedef struct {
    uint32_t step;
    int32_t value;
} ujpeg_entry_t;

typedef struct {
    ujpeg_huffman_t dc, ac;
    uint32_t first[1 << UJPEG_LOOK_BITS]; // DC symbol with its difference, then AC symbols; counter set, not added
    uint32_t skip[1 << UJPEG_LOOK_BITS];  // AC symbols
} ujpeg_coder_t;

// Of a component whose coefficients are wanted, one symbol an entry.
typedef struct {
    ujpeg_entry_t dc[1 << UJPEG_VALUE_BITS];    // with its difference; counter set, not added
    ujpeg_entry_t value[1 << UJPEG_VALUE_BITS]; // with its coefficient
    ujpeg_entry_t tail[UJPEG_TAIL_MAX];         // of 16 bits less `tail_start`, for longer codes
    uint32_t tail_start;                        // 1 << 16 if there are too many for the table
} ujpeg_values_t;

// Makes the tables unless they are there; of values, NULL if none are wanted. False if a definition is wrong.
bool ujpeg_coder_prepare(ujpeg_coder_t *coder, ujpeg_values_t *values, const uint8_t *dc, const uint8_t *ac);

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
