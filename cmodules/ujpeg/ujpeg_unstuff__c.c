#include "ujpeg_chunk.h"

// Whether one of the word's bytes is 0xFF: only then does its complement borrow across the byte's upper bit.
static bool has_ff(uint32_t word) {
    return ((~word - 0x01010101u) & word & 0x80808080u) != 0;
}

bool ujpeg_unstuff__c(const uint8_t **source, const uint8_t *end, uint8_t **target, size_t room) {
    const uint8_t *from = *source;
    uint8_t *to = *target;
    const uint8_t *last = to - room;
    bool ended = false;
    while (to > last) {
        uint32_t word;
        while (to - last >= 4 && end - from >= 4 && (memcpy(&word, from, 4), !has_ff(word))) {
            word = __builtin_bswap32(word);
            to -= 4;
            from += 4;
            memcpy(to, &word, 4);
        }
        if (to == last) {
            break;
        }
        if (from == end || (*from == 0xFF && (end - from < 2 || from[1] != 0))) {
            ended = true;
            break;
        }
        *--to = *from;
        from += *from == 0xFF ? 2 : 1;
    }
    *source = from;
    *target = to;
    return ended;
}
