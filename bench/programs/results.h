// What a program prints, so that bench/ can see that ours and the peer did the same work.
#pragma once

#include <stdint.h>
#include <stdio.h>

static inline void print_logits(const int8_t *logits, uint32_t count) {
    printf("logits");
    for (uint32_t i = 0; i < count; i++) {
        printf(" %d", logits[i]);
    }
    printf("\n");
}

// FNV-1a of tightly packed pixels.
static inline void print_pixels(const uint8_t *pixels, uint32_t width, uint32_t height) {
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < width * height; i++) {
        hash = (hash ^ pixels[i]) * 16777619u;
    }
    printf("pixels %u %u %08x\n", width, height, hash);
}
