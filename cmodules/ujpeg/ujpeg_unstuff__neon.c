#include "ujpeg_chunk.h"

#ifdef __ARM_NEON

#include <arm_neon.h>

// 32 bytes at a time while there is no 0xFF among them; portable C goes on from there for a few bytes.
bool ujpeg_unstuff__neon(const uint8_t **source, const uint8_t *end, uint8_t **target, size_t room) {
    const uint8_t *from = *source;
    uint8_t *to = *target;
    const uint8_t *last = to - room;
    const uint8x8_t ones = vdup_n_u8(0xFF);
    bool ended = false;
    while (!ended && to > last) {
        while (to - last >= 32 && end - from >= 32) {
            const uint8x16_t a = vld1q_u8(from), b = vld1q_u8(from + 16);
            const uint8x16_t most = vmaxq_u8(a, b);
            const uint8x8_t found = vceq_u8(vmax_u8(vget_low_u8(most), vget_high_u8(most)), ones);
            const uint8x16_t backwards_a = vrev64q_u8(a), backwards_b = vrev64q_u8(b);
            to -= 32;
            vst1q_u8(to, vcombine_u8(vget_high_u8(backwards_b), vget_low_u8(backwards_b)));
            vst1q_u8(to + 16, vcombine_u8(vget_high_u8(backwards_a), vget_low_u8(backwards_a)));
            if (vget_lane_u64(vreinterpret_u64_u8(found), 0) != 0) {
                to += 32;
                break;
            }
            from += 32;
        }
        // The vectors above are in place already; only the first 0xFF has to be found.
        size_t some = (size_t)(to - last) < 32 ? (size_t)(to - last) : 32;
        while (some > 0 && end - from >= 2 && *from != 0xFF) {
            *--to = *from++;
            --some;
        }
        if (some > 0) {
            ended = ujpeg_unstuff__c(&from, end, &to, 1);
        }
    }
    *source = from;
    *target = to;
    return ended;
}

#endif
