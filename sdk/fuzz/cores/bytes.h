// The fuzzing input, taken byte by byte; 0 behind its end.
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const uint8_t *data;
    size_t size;
} bytes_t;

static inline uint8_t take(bytes_t *bytes) {
    if (bytes->size == 0) {
        return 0;
    }
    bytes->size -= 1;
    return *bytes->data++;
}

static inline uint32_t take_32(bytes_t *bytes) {
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
        value = value << 8 | take(bytes);
    }
    return value;
}

// A block of exactly `size` bytes, so that the sanitizer sees every overrun.
static inline void *block(size_t size) {
    void *memory = malloc(size);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static inline void *block_of(const void *content, size_t size) {
    return size ? memcpy(block(size), content, size) : block(0);
}

#endif
