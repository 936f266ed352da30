#include "jpeg_compose.h"

#include "jpeg_codes.h"

#define MAX_COMPONENTS (3)

typedef struct {
    const jpeg_spec_t *spec;
    jpeg_writer_t writer;
    jpeg_draw_t draw;
    uint32_t width, height, components;
    uint32_t h[MAX_COMPONENTS], v[MAX_COMPONENTS];
    bool own_chroma; // tables 1 for chroma
    uint8_t quant[64];
    jpeg_codes_t dc[2], ac[2];
    int32_t before[MAX_COMPONENTS]; // DC values
} picture_t;

// Pictures of many bytes, more than the decoder holds at once.
static bool is_heavy(const jpeg_spec_t *spec) {
    return spec->damage > 0 && spec->damage < 8;
}

jpeg_spec_t jpeg_spec_take(bytes_t *input, const jpeg_spec_t *before) {
    jpeg_spec_t spec;
    uint8_t *fields = (uint8_t *)&spec;
    for (size_t i = 0; i < sizeof spec; ++i) {
        fields[i] = take(input);
    }
    if (is_heavy(&spec)) {
        spec.width = JPEG_SIDE_MAX - 1 - spec.width % 8;
        spec.height = JPEG_SIDE_MAX - 1 - spec.height % 8;
    }
    if (before && !spec.width) {
        spec.sampling = before->sampling;
        spec.width = before->width;
        spec.height = before->height;
    }
    if (before && !spec.codes) {
        spec.codes = before->codes;
        spec.quant = before->quant;
    }
    return spec;
}

uint32_t jpeg_spec_width(const jpeg_spec_t *spec) {
    return 1 + spec->width % JPEG_SIDE_MAX;
}

uint32_t jpeg_spec_height(const jpeg_spec_t *spec) {
    return 1 + spec->height % JPEG_SIDE_MAX;
}

static void choose(picture_t *self) {
    static const uint8_t luma[8] = {0x11, 0x21, 0x22, 0x12, 0x41, 0x14, 0x42, 0x24};
    const uint8_t sampling = self->spec->sampling;
    self->width = jpeg_spec_width(self->spec);
    self->height = jpeg_spec_height(self->spec);
    self->components = sampling & 8 ? 1 : 3;
    self->own_chroma = sampling & 16;
    for (uint32_t i = 0; i < self->components; ++i) {
        self->h[i] = i ? 1 : luma[sampling & 7] >> 4;
        self->v[i] = i ? 1 : luma[sampling & 7] & 15;
    }
    if (self->components == 3 && sampling >> 5 == 7) { // chroma as fine as luma in one direction
        self->h[1] = self->h[2] = self->h[0];
    }
    for (int i = 0; i < 64; ++i) {
        const uint32_t step = 1 + self->spec->quant * (uint32_t)(i + 4) / 64;
        self->quant[i] = (uint8_t)(step < 255 ? step : 255);
    }
    for (int i = 0; i < 2; ++i) {
        jpeg_codes_make(&self->dc[i], false, self->spec->codes * 4 + i);
        jpeg_codes_make(&self->ac[i], true, self->spec->codes * 4 + 2 + i);
    }
}

static void put_marker(picture_t *self, uint8_t marker, uint32_t length) {
    jpeg_put_16(&self->writer, 0xFF00 | marker);
    jpeg_put_16(&self->writer, length);
}

static void put_codes(picture_t *self, const jpeg_codes_t *codes, uint8_t number) {
    put_marker(self, 0xC4, 19 + codes->symbol_count);
    jpeg_put_byte(&self->writer, number);
    for (int i = 0; i < 16; ++i) {
        jpeg_put_byte(&self->writer, codes->counts[i]);
    }
    for (uint32_t i = 0; i < codes->symbol_count; ++i) {
        jpeg_put_byte(&self->writer, codes->symbols[i]);
    }
}

static void put_header(picture_t *self) {
    jpeg_writer_t *writer = &self->writer;
    jpeg_put_16(writer, 0xFFD8);
    put_marker(self, 0xDB, 67);
    jpeg_put_byte(writer, 0);
    for (int i = 0; i < 64; ++i) {
        jpeg_put_byte(writer, self->quant[i]);
    }
    put_marker(self, 0xC0, 8 + 3 * self->components);
    jpeg_put_byte(writer, 8);
    jpeg_put_16(writer, self->height);
    jpeg_put_16(writer, self->width);
    jpeg_put_byte(writer, self->components);
    for (uint32_t i = 0; i < self->components; ++i) {
        jpeg_put_byte(writer, i + 1);
        jpeg_put_byte(writer, self->h[i] << 4 | self->v[i]);
        jpeg_put_byte(writer, 0);
    }
    for (int i = 0; i <= self->own_chroma; ++i) {
        put_codes(self, &self->dc[i], (uint8_t)i);
        put_codes(self, &self->ac[i], (uint8_t)(0x10 | i));
    }
    if (self->spec->interval >= 128) {
        put_marker(self, 0xDD, 4);
        jpeg_put_16(writer, self->spec->interval - 127);
    }
    put_marker(self, 0xDA, 6 + 2 * self->components);
    jpeg_put_byte(writer, self->components);
    for (uint32_t i = 0; i < self->components; ++i) {
        jpeg_put_byte(writer, i + 1);
        jpeg_put_byte(writer, i && self->own_chroma ? 0x11 : 0);
    }
    jpeg_put_byte(writer, 0);
    jpeg_put_byte(writer, 63);
    jpeg_put_byte(writer, 0);
}

// The bits behind a symbol: of a value of `bits` bits, negative ones as one's complement.
static void put_value(jpeg_writer_t *writer, int32_t value, int bits) {
    jpeg_put_bits(writer, (uint32_t)(value < 0 ? value - 1 : value), bits);
}

static int bits_of(int32_t value) {
    int bits = 0;
    for (uint32_t rest = (uint32_t)(value < 0 ? -value : value); rest; rest >>= 1) {
        ++bits;
    }
    return bits;
}

static int32_t around_zero(picture_t *self, int32_t most) {
    return (int32_t)jpeg_draw(&self->draw, 2 * most + 1) - most;
}

// Values that a picture could have, dequantised up to 1024; with bit 7 of `strength` somewhat beyond.
static void put_block(picture_t *self, uint32_t component) {
    const int table = component && self->own_chroma;
    const uint8_t strength = self->spec->strength;
    const int32_t range = strength & 0x80 ? 2047 : 1023, dc = around_zero(self, range / self->quant[0]);
    const int32_t difference = dc - self->before[component]; // 12 bits only with bit 7: then nothing
    const int dc_bits = bits_of(difference);
    self->before[component] = dc_bits > 11 ? self->before[component] : dc;
    jpeg_put_symbol(&self->writer, &self->dc[table], (uint8_t)(dc_bits > 11 ? 0 : dc_bits));
    put_value(&self->writer, difference, dc_bits > 11 ? 0 : dc_bits);
    const bool heavy = is_heavy(self->spec);
    const uint32_t longest_run = heavy ? 0 : strength & 32 ? 40 : self->spec->seed & 3;
    uint32_t values = heavy ? 63 : jpeg_draw(&self->draw, 2 + 2 * (strength & 31)), k = 1;
    for (; values && k < 64; --values) {
        uint32_t run = jpeg_draw(&self->draw, longest_run + 1);
        run = run > 63 - k ? 63 - k : run;
        k += run + 1;
        for (; run > 15; run -= 16) {
            jpeg_put_symbol(&self->writer, &self->ac[table], 0xF0);
        }
        const int32_t most = range / self->quant[k - 1] / (strength & 64 ? 2 : 12);
        const int32_t drawn = around_zero(self, most), value = drawn ? drawn : 1;
        const int bits = bits_of(value);
        jpeg_put_symbol(&self->writer, &self->ac[table], (uint8_t)(run << 4 | (bits > 10 ? 10 : bits)));
        put_value(&self->writer, value, bits > 10 ? 10 : bits);
    }
    if (k < 64) {
        jpeg_put_symbol(&self->writer, &self->ac[table], 0);
    }
}

static void put_mcus(picture_t *self) {
    const uint32_t h = self->components == 1 ? 1 : self->h[0], v = self->components == 1 ? 1 : self->v[0];
    const uint32_t mcus = ((self->width + 8 * h - 1) / (8 * h)) * ((self->height + 8 * v - 1) / (8 * v));
    const uint32_t interval = self->spec->interval >= 128 ? self->spec->interval - 127 : mcus;
    for (uint32_t mcu = 0; mcu < mcus; ++mcu) {
        if (mcu && mcu % interval == 0) {
            jpeg_flush(&self->writer);
            jpeg_put_16(&self->writer, 0xFFD0 | ((mcu / interval - 1) & 7));
            memset(self->before, 0, sizeof self->before);
        }
        for (uint32_t i = 0; i < self->components; ++i) {
            const uint32_t blocks = self->components == 1 ? 1 : self->h[i] * self->v[i];
            for (uint32_t block = 0; block < blocks; ++block) {
                put_block(self, i);
            }
        }
    }
    jpeg_flush(&self->writer);
}

// Most pictures stay whole; some end early, some have a wrong byte in their entropy-coded data.
static size_t damage(picture_t *self, uint8_t *out, size_t begin) {
    size_t size = self->writer.at;
    const size_t at = begin + jpeg_draw(&self->draw, (uint32_t)(size - begin));
    if (self->spec->damage >= 240) {
        size = at;
    } else if (self->spec->damage >= 208) {
        out[at] ^= (uint8_t)(1 + jpeg_draw(&self->draw, 255));
    }
    return size;
}

size_t jpeg_compose(const jpeg_spec_t *spec, bytes_t *input, uint8_t *out, size_t room) {
    picture_t self = {.spec = spec, .writer = {.out = out, .room = room}, .draw = {input->data, input->size, spec->seed}};
    choose(&self);
    put_header(&self);
    const size_t begin = self.writer.at;
    put_mcus(&self);
    jpeg_put_16(&self.writer, 0xFFD9);
    if (self.writer.at > room) {
        return 0;
    }
    input->data = self.draw.data;
    input->size = self.draw.size;
    return damage(&self, out, begin);
}
