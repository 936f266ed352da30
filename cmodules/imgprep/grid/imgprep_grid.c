// Every NEON kernel against portable C over a grid of shapes, on ARM: prints the cases and the differences, exit
// status 1 if there are any.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cpu.h"
#include "imgprep_grid.h"

static uint32_t state = 1;

uint32_t grid_random(uint32_t below) {
    state = state * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)state * below) >> 32);
}

// Noise, or with few grey levels, or flat and extreme: sums at the ends of their range.
void grid_fill(uint8_t *pixels, size_t size) {
    const uint32_t kind = grid_random(8);
    for (size_t i = 0; i < size; ++i) {
        const uint8_t value = (uint8_t)grid_random(256);
        pixels[i] = kind == 0 ? 255 : kind == 1 ? (uint8_t)(value < 128 ? 0 : 255) : value;
    }
}

static size_t pages(size_t size) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (size + page - 1) / page * page;
}

uint8_t *grid_memory(size_t size) {
    const size_t usable = pages(size), page = pages(1);
    uint8_t *memory = mmap(NULL, usable + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory + usable, page, PROT_NONE) != 0) {
        fputs("no memory\n", stderr);
        exit(2);
    }
    return memory + usable - size;
}

void grid_free(void *memory, size_t size) {
    munmap((uint8_t *)memory + size - pages(size), pages(size) + pages(1));
}

int main(void) {
    static const struct {
        const char *name;
        grid_t (*run)(void);
    } parts[] = {
        {"resize_area_u8", grid_resize_area},
        {"sums_u8", grid_sums},
        {"laplacian_u8", grid_laplacian},
        {"colour_bins_u8x3", grid_colour_bins},
        {"gradient_u8", grid_gradient},
        {"butterflies_s32", grid_butterfly},
        {"phasor_s32", grid_phasor},
    };
    if (!cpu_has_neon()) {
        fputs("this processor has no NEON\n", stderr);
        return 2;
    }
    uint32_t different = 0;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); ++i) {
        const grid_t result = parts[i].run();
        printf("%s: %u cases, %u different\n", parts[i].name, result.cases, result.different);
        different += result.different;
    }
    return different != 0;
}
