#include "jpeg_codes.h"

#include <string.h>

uint32_t jpeg_draw(jpeg_draw_t *draw, uint32_t below) {
    if (draw->size) {
        draw->state ^= *draw->data++;
        draw->size -= 1;
    }
    draw->state = draw->state * 1664525u + 1013904223u;
    return (draw->state >> 12) % below;
}

static void list_symbols(jpeg_codes_t *codes, bool ac, jpeg_draw_t *draw) {
    uint32_t n = 0;
    for (uint32_t run = 0; run < (ac ? 16 : 1); ++run) {
        for (uint32_t bits = ac ? 1 : 0; bits <= (ac ? 10 : 11); ++bits) {
            codes->symbols[n++] = (uint8_t)(run << 4 | bits);
        }
    }
    if (ac) {
        codes->symbols[n++] = 0xF0;
        codes->symbols[n++] = 0;
    }
    codes->symbol_count = n;
    for (; n > 1; --n) {
        const uint32_t other = jpeg_draw(draw, n);
        const uint8_t symbol = codes->symbols[other];
        codes->symbols[other] = codes->symbols[n - 1];
        codes->symbols[n - 1] = symbol;
    }
}

// A code of all ones is forbidden: one place of every length stays free.
static void choose_lengths(jpeg_codes_t *codes, jpeg_draw_t *draw) {
    uint32_t left = codes->symbol_count, places = 1;
    const uint32_t eager = 1 + jpeg_draw(draw, 4);
    for (int length = 1; length <= 16; ++length) {
        places *= 2;
        uint32_t count = jpeg_draw(draw, eager) ? jpeg_draw(draw, places) : 0;
        count = count < left ? count : left;
        while (count && left - count > ((places - count) << (16 - length)) - 1) {
            --count;
        }
        count = length == 16 ? left : count;
        codes->counts[length - 1] = (uint8_t)count;
        left -= count;
        places -= count;
    }
}

void jpeg_codes_make(jpeg_codes_t *codes, bool ac, uint32_t seed) {
    jpeg_draw_t draw = {NULL, 0, seed};
    memset(codes, 0, sizeof *codes);
    list_symbols(codes, ac, &draw);
    choose_lengths(codes, &draw);
    uint32_t code = 0, at = 0;
    for (int length = 1; length <= 16; ++length) {
        for (uint32_t i = 0; i < codes->counts[length - 1]; ++i) {
            codes->code[codes->symbols[at]] = (uint16_t)code++;
            codes->length[codes->symbols[at++]] = (uint8_t)length;
        }
        code <<= 1;
    }
}

void jpeg_put_byte(jpeg_writer_t *writer, uint32_t byte) {
    if (writer->at < writer->room) {
        writer->out[writer->at++] = (uint8_t)byte;
    } else {
        writer->at = writer->room + 1;
    }
}

void jpeg_put_16(jpeg_writer_t *writer, uint32_t value) {
    jpeg_put_byte(writer, value >> 8);
    jpeg_put_byte(writer, value & 0xFF);
}

void jpeg_put_bits(jpeg_writer_t *writer, uint32_t bits, int count) {
    writer->pending = writer->pending << count | (bits & ((1u << count) - 1));
    writer->pending_bits += count;
    while (writer->pending_bits >= 8) {
        writer->pending_bits -= 8;
        const uint8_t byte = (uint8_t)(writer->pending >> writer->pending_bits);
        jpeg_put_byte(writer, byte);
        if (byte == 0xFF) {
            jpeg_put_byte(writer, 0);
        }
    }
}

void jpeg_put_symbol(jpeg_writer_t *writer, const jpeg_codes_t *codes, uint8_t symbol) {
    jpeg_put_bits(writer, codes->code[symbol], codes->length[symbol]);
}

void jpeg_flush(jpeg_writer_t *writer) {
    if (writer->pending_bits) {
        jpeg_put_bits(writer, 0x7F, 8 - writer->pending_bits);
    }
    writer->pending = 0;
}
