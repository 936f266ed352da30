#include "ujpeg_entropy.h"

#include <stddef.h>

#ifdef __arm__

// A32, because T32 has no subtracted or shifted register in an address.
#define A32 __attribute__((target("arm")))

_Static_assert(UJPEG_VALUE_BITS == 11 && UJPEG_COUNT_SHIFT == 20, "numbers in the code below");
_Static_assert(UJPEG_COUNT_LONG == 0x600 && UJPEG_ENDED == 48, "numbers in the code below");
// The counter of acc, times 16, is the address of a coefficient's row in the batch: bits 16..19 are free.
_Static_assert(8 * UJPEG_CHUNK_BYTES + 8 * UJPEG_MCU_BYTES_MAX <= 1 << 16, "a position has 16 bits");
_Static_assert(offsetof(ujpeg_values_t, value) == 16384 && offsetof(ujpeg_values_t, tail) == 2 * 16384,
    "numbers in the code below");
_Static_assert(sizeof(int32_t[UJPEG_BATCH]) == 16 && sizeof(ujpeg_entry_t) == 8, "numbers in the code below");

// e: the entry's step, He: its value.
#define INDEX "and %[t], %[mask], %[w], lsr #18\n\t"
#define LOOK \
    "ldrd %[e], %H[e], [%[values], %[t]]\n\t" \
    "adds %[acc], %[acc], %[e]\n\t"
#define WINDOW \
    "ubfx %[t], %[acc], #3, #17\n\t" \
    "ldr %[w], [%[top], -%[t]]\n\t" \
    "and %[t], %[acc], #7\n\t" \
    "lsl %[w], %[w], %[t]\n\t"
#define NEXT "lsl %[w], %[w], %[e]\n\t"
#define KEEP(condition) "str" condition " %H[e], [%[batch], %[acc], lsr #16]\n\t"

// Two look-ups of 11 bits in a window's 25; the bits of a long symbol come from a window of their own.
A32 void ujpeg_read_blocks__arm(ujpeg_entropy_t *entropy, uint32_t blocks, ujpeg_batch_t batch, uint32_t first,
    int16_t *dcs) {
    const uint8_t *top = entropy->top;
    const uint32_t total = blocks, size_max = entropy->dequant->size_max, tail_start = entropy->values->tail_start;
    uintptr_t column = (uintptr_t)&batch[0][first] - 16 * (UJPEG_COUNT_FULL - 63);
    uint32_t acc = entropy->position, dc = entropy->dc[0], w, t;
    while (blocks > 0 && acc != UJPEG_ACC_FAILED) {
        uint64_t e;
        __asm__ volatile (
            "lsrs %[t], %[acc], #20\n\t" // C has read a part of this block
            "bne 1f\n"
            "0:\n\t"
            "ldr %[w], [%[top], -%[acc], lsr #3]\n\t"
            "and %[t], %[acc], #7\n\t"
            "lsl %[w], %[w], %[t]\n\t"
            INDEX
            "sub %[t], %[t], #16384\n\t"
            LOOK
            "bmi 9f\n\t"
            NEXT
            "add %[dc], %[dc], %H[e]\n\t"
            "sxth %H[e], %[dc]\n\t"
            "strh %[dc], [%[dcs]], #2\n\t"
            KEEP("")
            INDEX LOOK
            "bmi 2f\n\t"
            KEEP("")
            "1:\n\t"
            WINDOW
            INDEX LOOK
            "bmi 2f\n\t"
            KEEP("")
            NEXT
            INDEX LOOK
            KEEP("pl")
            "bpl 1b\n"
            "2:\n\t"
            "lsr %[t], %[acc], #26\n\t"
            "cmp %[t], #48\n\t"
            "bne 3f\n\t"
            "ubfx %[acc], %[acc], #0, #20\n\t"
            "add %[batch], %[batch], #4\n\t"
            "subs %[blocks], %[blocks], #1\n\t"
            "bne 0b\n\t"
            "b 9f\n"
            "3:\n\t" // a code longer than the look-up?
            "cmp %[e], #0x50000000\n\t"
            "bne 4f\n\t"
            "sub %[acc], %[acc], %[e]\n\t"
            WINDOW
            "ldr %[t], %[tail_start]\n\t"
            "rsbs %[t], %[t], %[w], lsr #16\n\t"
            "addmi %[acc], %[acc], %[e]\n\t"
            "bmi 9f\n\t"
            "add %[t], %[t], #2048\n\t"
            "lsl %[t], %[t], #3\n\t"
            LOOK
            "4:\n\t" // a long symbol whose value is not too large, and not the block's last?
            "cmp %[e], #0x60000000\n\t"
            "subspl %[t], %[acc], #0x60000000\n\t"
            "bmi 9f\n\t"
            "ldr %[w], %[size_max]\n\t"
            "cmp %H[e], %[w]\n\t"
            "bhi 9f\n\t"
            "mov %[acc], %[t]\n\t"
            WINDOW
            "add %[acc], %[acc], %H[e]\n\t"
            "rsb %[t], %H[e], #32\n\t"
            "cmp %[w], #0\n\t"
            "mvnpl %[w], %[w]\n\t"
            "lsr %H[e], %[w], %[t]\n\t"
            "rsbpl %H[e], %H[e], #0\n\t"
            KEEP("")
            "b 1b\n"
            "9:"
            : [acc] "+r"(acc), [w] "=&r"(w), [e] "=&r"(e), [t] "=&r"(t), [dc] "+r"(dc), [dcs] "+r"(dcs),
              [blocks] "+r"(blocks), [batch] "+r"(column)
            : [top] "r"(top - 4), [values] "r"(entropy->values->value),
              [mask] "r"(((1u << UJPEG_VALUE_BITS) - 1) << 3), [size_max] "m"(size_max),
              [tail_start] "m"(tail_start)
            : "cc", "memory");
        if (blocks == 0) {
            break;
        }
        // One symbol in C.
        const uint32_t block = first + total - blocks;
        acc -= (uint32_t)e;
        if ((uint32_t)e >> UJPEG_COUNT_SHIFT == UJPEG_COUNT_START + UJPEG_COUNT_ESCAPE) {
            int32_t difference = 0;
            acc = ujpeg_rare_dc(entropy->luma, top, acc, &difference);
            dc += (uint32_t)difference;
            *dcs++ = (int16_t)dc;
            batch[0][block] = (int16_t)dc;
        } else {
            acc = ujpeg_rare_value(entropy, acc, batch, block);
        }
        if (acc >> 26 == UJPEG_ENDED) {
            acc &= UJPEG_POSITION_MASK;
            column += sizeof(int32_t);
            --blocks;
        }
    }
    entropy->dc[0] = dc;
    entropy->position = acc;
}

#endif
