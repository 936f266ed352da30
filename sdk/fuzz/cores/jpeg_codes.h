// Huffman codes of any legal shape, and bits written with them.
#ifndef JPEG_CODES_H
#define JPEG_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t counts[16];   // of codes by length, as DHT has them
    uint8_t symbols[256]; // in DHT's order
    uint32_t symbol_count;
    uint16_t code[256];   // by symbol
    uint8_t length[256];
} jpeg_codes_t;

typedef struct {
    uint8_t *out;
    size_t at, room; // at > room: it did not fit
    uint32_t pending;
    int pending_bits; // 0..7
} jpeg_writer_t;

// A generator of pseudo-random numbers that begins with the fuzzing input.
typedef struct {
    const uint8_t *data;
    size_t size;
    uint32_t state;
} jpeg_draw_t;

uint32_t jpeg_draw(jpeg_draw_t *draw, uint32_t below);

// Codes for all baseline DC differences (0..11 bits) or all baseline AC symbols, shaped by `seed`.
void jpeg_codes_make(jpeg_codes_t *codes, bool ac, uint32_t seed);

void jpeg_put_byte(jpeg_writer_t *writer, uint32_t byte);
void jpeg_put_16(jpeg_writer_t *writer, uint32_t value);

// Entropy-coded bits, 0 to 16 of them, zeros stuffed.
void jpeg_put_bits(jpeg_writer_t *writer, uint32_t bits, int count);
void jpeg_put_symbol(jpeg_writer_t *writer, const jpeg_codes_t *codes, uint8_t symbol);

// Fills the last byte with ones.
void jpeg_flush(jpeg_writer_t *writer);

#endif
