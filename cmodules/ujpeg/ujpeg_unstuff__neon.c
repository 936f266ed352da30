#include "ujpeg_chunk.h"

#ifdef __ARM_NEON

#include <arm_neon.h>

// Four bits for every byte of the vector, set where it is 0xFF.
static inline uint64_t where_ff(uint8x16_t bytes) {
    const uint16x8_t found = vreinterpretq_u16_u8(vceqq_u8(bytes, vdupq_n_u8(0xFF)));
    return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(found, 4)), 0);
}

static inline bool any_ff(uint8x16_t a, uint8x16_t b) {
    const uint8x16_t ff = vdupq_n_u8(0xFF), found = vorrq_u8(vceqq_u8(a, ff), vceqq_u8(b, ff));
    return vget_lane_u64(vreinterpret_u64_u8(vorr_u8(vget_low_u8(found), vget_high_u8(found))), 0) != 0;
}

static inline uint8x16_t backwards(uint8x16_t bytes) {
    const uint8x16_t halves = vrev64q_u8(bytes);
    return vcombine_u8(vget_high_u8(halves), vget_low_u8(halves));
}

// 32 bytes at a time, 16 before a 0xFF, whole vectors being stored where only the bytes up to that count; portable C
// does the ends.
bool ujpeg_unstuff__neon(const uint8_t **source, const uint8_t *end, uint8_t **target, size_t room) {
    const uint8_t *from = *source;
    uint8_t *to = *target;
    const uint8_t *last = to - room;
    while (to - last >= 32 && end - from >= 34) {
        const uint8x16x2_t bytes = vld1q_u8_x2(from);
        const uint8x16x2_t reversed = {{ backwards(bytes.val[1]), backwards(bytes.val[0]) }};
        if (!any_ff(bytes.val[0], bytes.val[1])) {
            vst1q_u8_x2(to - 32, reversed);
            from += 32;
            to -= 32;
            continue;
        }
        vst1q_u8(to - 16, reversed.val[1]);
        const uint64_t found = where_ff(bytes.val[0]);
        if (found == 0) {
            from += 16;
            to -= 16;
            continue;
        }
        const size_t before = (size_t)__builtin_ctzll(found) / 4;
        from += before;
        to -= before;
        if (from[1] != 0) {
            break;
        }
        from += 2;
        to -= 1;
    }
    *source = from;
    *target = to;
    return ujpeg_unstuff__c(source, end, target, (size_t)(to - last));
}

#endif
