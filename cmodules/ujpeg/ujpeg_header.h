// The headers of a baseline picture, for the fast path. Everything points into the picture.
#ifndef UJPEG_HEADER_H
#define UJPEG_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UJPEG_COMPONENTS (3)
#define UJPEG_TABLES (4)
// Blocks of one MCU, by the standard.
#define UJPEG_MCU_BLOCKS (10)

typedef struct {
    uint8_t id, h, v;  // sampling factors 1, 2, 4
    uint8_t quant, dc, ac; // table numbers
} ujpeg_component_t;

typedef struct {
    uint32_t width, height;
    uint32_t components; // 1 or 3
    ujpeg_component_t component[UJPEG_COMPONENTS];
    const uint8_t *quant[UJPEG_TABLES]; // 64 bytes in zigzag order
    const uint8_t *dc[UJPEG_TABLES];    // 16 counts, then their symbols
    const uint8_t *ac[UJPEG_TABLES];
    uint32_t restart_interval;  // MCUs, 0: none
    const uint8_t *entropy;     // behind the scan's header
} ujpeg_header_t;

// Symbols behind the counts of a Huffman table.
uint32_t ujpeg_symbol_count(const uint8_t counts[16]);

// False for everything the fast path leaves to libjpeg-turbo: other kinds of JPEG, other colours than grey and YCbCr,
// luma that does not have the largest sampling factors, and whatever is unusual or damaged.
bool ujpeg_header_read(ujpeg_header_t *header, const uint8_t *data, size_t size);

#endif
