#include "ujpeg_header.h"

#include <string.h>

#include "ujpeg.h"

enum {
    MARKER_SOF0 = 0xC0, // baseline
    MARKER_SOF1 = 0xC1, // extended: the same with 8 bits
    MARKER_DHT = 0xC4,
    MARKER_SOI = 0xD8,
    MARKER_SOS = 0xDA,
    MARKER_DQT = 0xDB,
    MARKER_DRI = 0xDD,
    MARKER_APP0 = 0xE0,
    MARKER_APP14 = 0xEE,
    MARKER_APP15 = 0xEF,
    MARKER_COM = 0xFE,
};

// Sides above this are an error of libjpeg's.
#define SIDE_MAX (65500u)

typedef struct {
    ujpeg_header_t *header;
    bool frame; // seen
    bool jfif;
    bool adobe; // says YCbCr
} reader_t;

static uint32_t big_endian_16(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

uint32_t ujpeg_symbol_count(const uint8_t counts[16]) {
    uint32_t symbols = 0;
    for (int i = 0; i < 16; ++i) {
        symbols += counts[i];
    }
    return symbols;
}

static bool read_quantisation(reader_t *reader, const uint8_t *body, size_t length) {
    for (; length >= 65; body += 65, length -= 65) {
        if (body[0] >= UJPEG_TABLES) { // the upper half says 16 bits
            return false;
        }
        reader->header->quant[body[0]] = body + 1;
    }
    return length == 0;
}

static bool read_huffman(reader_t *reader, const uint8_t *body, size_t length) {
    while (length >= 17) {
        const uint32_t symbols = ujpeg_symbol_count(body + 1);
        const uint32_t number = body[0] & 0x0F;
        if (symbols > 256 || symbols > length - 17 || number >= UJPEG_TABLES || body[0] > 0x1F) {
            return false;
        }
        const uint8_t **tables = body[0] & 0x10 ? reader->header->ac : reader->header->dc;
        tables[number] = body + 1;
        body += 17 + symbols;
        length -= 17 + symbols;
    }
    return length == 0;
}

static bool sampling_served(uint8_t factor) {
    return factor == 1 || factor == 2 || factor == 4;
}

static bool read_frame(reader_t *reader, const uint8_t *body, size_t length) {
    ujpeg_header_t *header = reader->header;
    if (reader->frame || length < 6 || body[0] != 8) {
        return false;
    }
    header->height = big_endian_16(body + 1);
    header->width = big_endian_16(body + 3);
    header->components = body[5];
    if ((header->components != 1 && header->components != 3) || length != 6 + 3 * (size_t)header->components) {
        return false;
    }
    uint32_t blocks = 0;
    for (uint32_t i = 0; i < header->components; ++i) {
        const uint8_t *three = body + 6 + 3 * i;
        ujpeg_component_t *component = &header->component[i];
        *component = (ujpeg_component_t) { .id = three[0], .h = three[1] >> 4, .v = three[1] & 15, .quant = three[2] };
        if (!sampling_served(component->h) || !sampling_served(component->v) || component->quant >= UJPEG_TABLES
            || component->h > header->component[0].h || component->v > header->component[0].v) {
            return false;
        }
        blocks += component->h * component->v;
    }
    reader->frame = true;
    return blocks <= UJPEG_MCU_BLOCKS && header->width != 0 && header->height != 0 && header->width <= SIDE_MAX
        && header->height <= SIDE_MAX && (uint64_t)header->width * header->height <= UJPEG_MAX_PIXELS;
}

// All components in one scan, in the frame's order.
static bool read_scan(reader_t *reader, const uint8_t *body, size_t length) {
    ujpeg_header_t *header = reader->header;
    const uint32_t n = header->components;
    if (!reader->frame || length != 4 + 2 * (size_t)n || body[0] != n) {
        return false;
    }
    for (uint32_t i = 0; i < n; ++i) {
        ujpeg_component_t *component = &header->component[i];
        component->dc = body[2 + 2 * i] >> 4;
        component->ac = body[2 + 2 * i] & 15;
        if (body[1 + 2 * i] != component->id || component->dc >= UJPEG_TABLES || component->ac >= UJPEG_TABLES
            || !header->dc[component->dc] || !header->ac[component->ac] || !header->quant[component->quant]) {
            return false;
        }
    }
    static const uint8_t sequential[3] = {0, 63, 0};
    return memcmp(body + 1 + 2 * n, sequential, 3) == 0;
}

// Three components are YCbCr where libjpeg thinks so too; identifiers other than 1, 2, 3 need a JFIF or Adobe marker.
static bool is_grey_or_ycc(const reader_t *reader) {
    const ujpeg_component_t *component = reader->header->component;
    if (reader->header->components == 1) {
        return true;
    }
    if (component[0].id == component[1].id || component[0].id == component[2].id
        || component[1].id == component[2].id) {
        return false;
    }
    return reader->jfif || reader->adobe || (component[0].id == 1 && component[1].id == 2 && component[2].id == 3);
}

static bool read_application(reader_t *reader, uint8_t marker, const uint8_t *body, size_t length) {
    if (marker == MARKER_APP0 && length >= 14 && memcmp(body, "JFIF", 5) == 0) {
        reader->jfif = true;
    } else if (marker == MARKER_APP14 && length >= 12 && memcmp(body, "Adobe", 5) == 0) {
        reader->adobe = true;
        return body[11] == 1;
    }
    return true;
}

static bool read_segment(reader_t *reader, uint8_t marker, const uint8_t *body, size_t length) {
    switch (marker) {
        case MARKER_SOF0:
        case MARKER_SOF1:
            return read_frame(reader, body, length);
        case MARKER_DHT:
            return read_huffman(reader, body, length);
        case MARKER_DQT:
            return read_quantisation(reader, body, length);
        case MARKER_DRI:
            reader->header->restart_interval = length == 2 ? big_endian_16(body) : 0;
            return length == 2;
        case MARKER_COM:
            return true;
        default:
            return marker >= MARKER_APP0 && marker <= MARKER_APP15
                && read_application(reader, marker, body, length);
    }
}

bool ujpeg_header_read(ujpeg_header_t *header, const uint8_t *data, size_t size) {
    memset(header, 0, sizeof *header);
    reader_t reader = { .header = header };
    if (size < 2 || data[0] != 0xFF || data[1] != MARKER_SOI) {
        return false;
    }
    size_t at = 2;
    while (size - at >= 4 && data[at] == 0xFF) {
        const uint8_t marker = data[at + 1];
        if (marker == 0xFF) { // a fill byte
            ++at;
            continue;
        }
        const size_t length = big_endian_16(data + at + 2);
        if (length < 2 || length > size - at - 2) {
            return false;
        }
        const uint8_t *body = data + at + 4;
        at += 2 + length;
        if (marker == MARKER_SOS) {
            header->entropy = data + at;
            return read_scan(&reader, body, length - 2) && is_grey_or_ycc(&reader);
        }
        if (!read_segment(&reader, marker, body, length - 2)) {
            return false;
        }
    }
    return false;
}
