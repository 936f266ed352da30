#include "ujpeg_entropy.h"

#ifdef __arm__

// A32, because T32 has no shifted or subtracted register in a load's address.
#define A32 __attribute__((target("arm")))

_Static_assert(UJPEG_LOOK_BITS == 12 && UJPEG_COUNT_SHIFT == 20, "numbers in the code below");
_Static_assert(UJPEG_COUNT_LONG == 0x600 && UJPEG_ENDED == 48, "numbers in the code below");

#define WINDOW \
    "and %[t], %[acc], #7\n\t" \
    "lsl %[w], %[w], %[t]\n\t"
#define LOOK(table) \
    "lsr %[t], %[w], #20\n\t" \
    "ldr %[e], [%[" table "], %[t], lsl #2]\n\t"

// A block's DC symbol and what the look-up sees behind it. acc is the bit position, the counter is in the entry.
#define FIRST \
    "ldr %[w], [%[top], -%[acc], lsr #3]\n\t" \
    WINDOW LOOK("first") \
    "sbfx %[t], %[e], #8, #12\n\t" \
    "sub %[e], %[e], %[t], lsl #8\n\t"
// The rest of the block: two look-ups of 12 fit into a window's 25 bits. A symbol longer than its look-up is put right
// here and read on from a new window; NE at 9 is for what C must deal with.
#define REST \
    "adds %[acc], %[acc], %[e]\n\t" \
    "bmi 4f\n\t" \
    "lsl %[w], %[w], %[e]\n\t" \
    LOOK("skip") \
    "adds %[acc], %[acc], %[e]\n\t" \
    "bmi 2f\n" \
    LOOP
#define LOOP \
    "1:\n\t" \
    "ubfx %[t], %[acc], #3, #17\n\t" \
    "ldr %[w], [%[top], -%[t]]\n\t" \
    WINDOW LOOK("skip") \
    "adds %[acc], %[acc], %[e]\n\t" \
    "bmi 2f\n\t" \
    "lsl %[w], %[w], %[e]\n\t" \
    LOOK("skip") \
    "adds %[acc], %[acc], %[e]\n\t" \
    "bpl 1b\n" \
    "2:\n\t" \
    "cmp %[ended], %[acc], lsr #26\n\t" \
    "beq 3f\n\t" \
    "cmp %[e], #0x60000000\n\t" \
    "subspl %[t], %[acc], #0x60000000\n\t" \
    "movpl %[acc], %[t]\n\t" \
    "bpl 1b\n" \
    "4:\n\t" \
    "cmp %[ended], %[acc], lsr #26\n\t" \
    "bne 9f\n" \
    "3:\n\t"

// Goes on after an entry that the loops above cannot use; the position behind the block or UJPEG_ACC_FAILED.
static __attribute__((noinline)) A32 uint32_t finish_block(const ujpeg_coder_t *coder, const uint8_t *top, uint32_t acc,
    uint32_t last_entry, uint32_t *dc) {
    if (last_entry >> UJPEG_COUNT_SHIFT == UJPEG_COUNT_START + UJPEG_COUNT_ESCAPE) {
        int32_t difference = 0;
        acc = ujpeg_rare_dc(coder, top, acc, &difference);
        *dc += (uint32_t)difference;
    }
    while (acc != UJPEG_ACC_FAILED && acc >> 26 != UJPEG_ENDED) {
        if ((int32_t)acc < 0) {
            acc = ujpeg_rare_ac(coder, top, acc, last_entry);
        } else {
            uint32_t w, t;
            __asm__ volatile (
                LOOP
                "9:"
                : [acc] "+r"(acc), [w] "=&r"(w), [e] "=&r"(last_entry), [t] "=&r"(t)
                : [top] "r"(top - 4), [skip] "r"(coder->skip), [ended] "r"(UJPEG_ENDED)
                : "cc", "memory");
        }
    }
    return acc == UJPEG_ACC_FAILED ? acc : acc & UJPEG_POSITION_MASK;
}

// All of these return the position, or UJPEG_ACC_FAILED.
static inline A32 uint32_t luma_blocks(const ujpeg_entropy_t *entropy, uint32_t acc, uint32_t *dc_in_out,
    int16_t *dcs) {
    const ujpeg_coder_t *coder = entropy->luma;
    const uint8_t *top = entropy->top - 4;
    uint32_t w, e, t, dc = *dc_in_out, blocks = entropy->luma_blocks;
    while (blocks > 0 && acc != UJPEG_ACC_FAILED) {
        __asm__ volatile (
            "0:\n\t"
            FIRST
            "add %[dc], %[dc], %[t]\n\t"
            REST
            "strh %[dc], [%[dcs]], #2\n\t"
            "subs %[blocks], %[blocks], #1\n\t"
            "ubfx %[acc], %[acc], #0, #20\n\t"
            "bne 0b\n"
            "9:"
            : [acc] "+r"(acc), [w] "=&r"(w), [e] "=&r"(e), [t] "=&r"(t), [dc] "+r"(dc), [dcs] "+r"(dcs),
              [blocks] "+r"(blocks)
            : [top] "r"(top), [first] "r"(coder->first), [skip] "r"(coder->skip), [ended] "r"(UJPEG_ENDED)
            : "cc", "memory");
        if (__builtin_expect(blocks > 0, 0)) {
            acc = finish_block(coder, top + 4, acc, e, &dc);
            *dcs++ = (int16_t)dc;
            --blocks;
        }
    }
    *dc_in_out = dc;
    return acc;
}

static A32 uint32_t chroma_blocks(const ujpeg_entropy_t *entropy, uint32_t acc) {
    const ujpeg_coder_t *coder = entropy->chroma;
    const uint8_t *top = entropy->top - 4;
    uint32_t w, e, t, blocks = entropy->chroma_blocks;
    while (blocks > 0 && acc != UJPEG_ACC_FAILED) {
        __asm__ volatile (
            "0:\n\t"
            FIRST REST
            "subs %[blocks], %[blocks], #1\n\t"
            "ubfx %[acc], %[acc], #0, #20\n\t"
            "bne 0b\n"
            "9:"
            : [acc] "+r"(acc), [w] "=&r"(w), [e] "=&r"(e), [t] "=&r"(t), [blocks] "+r"(blocks)
            : [top] "r"(top), [first] "r"(coder->first), [skip] "r"(coder->skip), [ended] "r"(UJPEG_ENDED)
            : "cc", "memory");
        if (__builtin_expect(blocks > 0, 0)) {
            uint32_t unused = 0;
            acc = finish_block(coder, top + 4, acc, e, &unused);
            --blocks;
        }
    }
    return acc;
}

void ujpeg_skip_chroma__arm(ujpeg_entropy_t *entropy) {
    entropy->position = chroma_blocks(entropy, entropy->position);
}

A32 uint32_t ujpeg_skip_mcus__arm(ujpeg_entropy_t *entropy, uint32_t mcus, int16_t *dcs) {
    uint32_t dc = entropy->dc[0], position = entropy->position, done = 0;
    const uint32_t limit = entropy->limit, step = entropy->luma_blocks;
    for (; done < mcus && position < limit; ++done, dcs += step) {
        position = luma_blocks(entropy, position, &dc, dcs);
        position = chroma_blocks(entropy, position);
    }
    entropy->dc[0] = dc;
    entropy->position = position;
    return done;
}

#endif
