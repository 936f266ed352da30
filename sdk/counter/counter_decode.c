// Encodings as in the ARM Architecture Reference Manual, ARMv7-A: A5 (A32), A6 (T32), A7 (SIMD and VFP).

#include "counter_decode.h"

static uint32_t bits(uint32_t word, unsigned high, unsigned low) {
    return (word >> low) & ((2u << (high - low)) - 1);
}

uint32_t counter_a32_from_t32(uint32_t word) {
    switch (word >> 24) {
        case 0xEF: return (word & 0x00FFFFFF) | 0xF2000000;
        case 0xFF: return (word & 0x00FFFFFF) | 0xF3000000;
        case 0xF9: return (word & 0x00FFFFFF) | 0xF4000000;
        case 0xEC: case 0xED: return word;
        default: return 0;
    }
}

static uint32_t element_bytes(uint32_t word) {  // VLDn and VSTn
    static const uint8_t registers[16] = { 4, 4, 4, 4, 3, 3, 3, 1, 2, 2, 2 };
    if (!bits(word, 23, 23)) {
        return 8u * registers[bits(word, 11, 8)];
    }
    uint32_t size = bits(word, 11, 10);
    if (size == 3) {  // to all lanes; size 3 of VLD4 is 32 bits with another alignment
        size = bits(word, 7, 6) == 3 ? 2 : bits(word, 7, 6);
    }
    return (bits(word, 9, 8) + 1) << size;
}

static uint32_t register_bytes(uint32_t word) {  // VLDR, VLDM, VPOP and their stores
    bool single = bits(word, 24, 24) && !bits(word, 21, 21);
    if (single) {
        return bits(word, 8, 8) ? 8 : 4;
    }
    bool two_core_registers = !bits(word, 24, 23) && !bits(word, 21, 21);
    return two_core_registers ? 0 : 4 * (bits(word, 7, 0) & (bits(word, 8, 8) ? ~1u : ~0u));
}

static bool neon_multiplies(uint32_t word) {
    uint32_t opcode = bits(word, 11, 8);
    if (!bits(word, 23, 23)) {  // three registers of one length
        return bits(word, 4, 4) ? opcode == 9 || opcode == 12 || opcode == 13 : opcode == 9 || opcode == 11;
    }
    if (bits(word, 21, 20) == 3 || bits(word, 4, 4)) {
        return false;
    }
    if (bits(word, 6, 6)) {  // by a scalar
        return true;
    }
    return opcode >= 8 && opcode <= 14;  // long
}

static bool long_multiply(uint32_t word, bool thumb) {
    if (thumb) {
        uint32_t operation = bits(word, 23, 20), second = bits(word, 7, 4);
        return word >> 24 == 0xFB && (((operation == 8 || operation == 10 || operation == 12) && second == 0)
            || (operation == 14 && (second == 0 || second == 6)) || ((operation == 5 || operation == 6) && second < 2));
    }
    if (word >> 28 == 15) {
        return false;
    }
    bool full = (word & 0x0F8000F0) == 0x00800090, accumulate_two = (word & 0x0FF000F0) == 0x00400090;
    bool upper_half = (word & 0x0FF000D0) == 0x07500010 || (word & 0x0FF000D0) == 0x075000D0;
    return full || accumulate_two || upper_half;
}

counter_kind_t counter_decode(uint32_t word, bool thumb) {
    counter_kind_t kind = { .long_multiplies = long_multiply(word, thumb) };
    if (thumb) {
        word = counter_a32_from_t32(word);
    }
    uint32_t bytes = 0;
    if (word >> 24 == 0xF4 && !bits(word, 20, 20)) {
        bytes = element_bytes(word);
    } else if (word >> 28 != 15 && (word & 0x0E000E00) == 0x0C000A00) {
        bytes = register_bytes(word);
    } else if ((word & 0xFE000000) == 0xF2000000) {
        kind.neon_multiplies = neon_multiplies(word);
    }
    bool load = word >> 24 == 0xF4 ? bits(word, 21, 21) : bits(word, 20, 20);
    *(load ? &kind.load_bytes : &kind.store_bytes) = bytes;
    return kind;
}
