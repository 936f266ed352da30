#include "ujpeg_entropy.h"

#ifdef __arm__

// A32, because T32 has no subtracted register in a load's address.
#define A32 __attribute__((target("arm")))

_Static_assert(UJPEG_VALUE_BITS == 11 && UJPEG_COUNT_SHIFT == 20, "numbers in the code below");
_Static_assert(UJPEG_ENDED == 48, "numbers in the code below");

// Byte offsets of the zigzag's positions.
static const uint8_t offsets[64] = {
    0, 2, 16, 32, 18, 4, 6, 20, 34, 48, 64, 50, 36, 22, 8, 10, 24, 38, 52, 66, 80, 96, 82, 68, 54, 40, 26, 12, 14, 28,
    42, 56, 70, 84, 98, 112, 114, 100, 86, 72, 58, 44, 30, 46, 60, 74, 88, 102, 116, 118, 104, 90, 76, 62, 78, 92, 106,
    120, 122, 108, 94, 110, 124, 126,
};

// One coefficient a look-up of 11 bits, two look-ups in a window's 25 bits.
#define COEFFICIENT \
    "lsr %[t], %[w], #21\n\t" \
    "ldr %[e], [%[value], %[t], lsl #2]\n\t" \
    "sbfx %[v], %[e], #8, #12\n\t" \
    "sub %[e], %[e], %[v], lsl #8\n\t" \
    "adds %[acc], %[acc], %[e]\n\t" \
    "bmi 2f\n\t" \
    "lsr %[t], %[acc], #20\n\t" \
    "ldrb %[t], [%[offsets], %[t]]\n\t" \
    "strh %[v], [%[coefficients], %[t]]\n\t"

A32 void ujpeg_read_block__arm(ujpeg_entropy_t *entropy, const ujpeg_coder_t *coder, uint32_t *dc,
    int16_t coefficients[64]) {
    const uint8_t *top = entropy->top;
    // Indexed by the counter itself.
    const uintptr_t of_counter = (uintptr_t)offsets - (UJPEG_COUNT_FULL - 63);
    uint32_t w, e, t, v;
    int32_t difference = 0;
    uint32_t acc = ujpeg_read_dc(coder, top, entropy->position, &difference);
    *dc += (uint32_t)difference;
    coefficients[0] = (int16_t)*dc;
    while (acc >> 26 != UJPEG_ENDED) {
        if (acc == UJPEG_ACC_FAILED) {
            entropy->failed = true;
            return;
        }
        __asm__ volatile (
            "1:\n\t"
            "ubfx %[t], %[acc], #3, #17\n\t"
            "ldr %[w], [%[top], -%[t]]\n\t"
            "and %[t], %[acc], #7\n\t"
            "lsl %[w], %[w], %[t]\n\t"
            COEFFICIENT
            "lsl %[w], %[w], %[e]\n\t"
            COEFFICIENT
            "b 1b\n"
            "2:"
            : [acc] "+r"(acc), [w] "=&r"(w), [e] "=&r"(e), [t] "=&r"(t), [v] "=&r"(v)
            : [top] "r"(top - 4), [value] "r"(coder->value), [offsets] "r"(of_counter),
              [coefficients] "r"(coefficients)
            : "cc", "memory");
        if (__builtin_expect(acc >> 26 != UJPEG_ENDED, 0)) {
            acc = ujpeg_rare_ac(coder, top, acc, e, coefficients);
        }
    }
    entropy->position = acc & UJPEG_POSITION_MASK;
}

#endif
