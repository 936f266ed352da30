// What one ARMv7 instruction adds to the secondary counts.
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t load_bytes, store_bytes;   // through SIMD and VFP registers
    uint32_t long_multiplies;           // 32 x 32 -> 64 bits: smull, umull, smlal, umlal, umaal, smmul, smmla, smmls
    uint32_t neon_multiplies;           // NEON instructions that multiply, whatever their width
} counter_kind_t;

// The A32 form of a 32-bit Thumb instruction (first halfword in the upper 16 bits) of SIMD or VFP, 0 for others.
uint32_t counter_a32_from_t32(uint32_t word);

// `thumb`: the word was a Thumb one (its long multiplies have no A32 form).
counter_kind_t counter_decode(uint32_t word, bool thumb);
