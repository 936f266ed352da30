#include <stdio.h>
#include <string.h>

#include "imgprep_grid.h"
#include "imgprep_kernels.h"

#define GUARD (32)

typedef void (*kernel_t)(const resize_area_t *job);

typedef struct {
    uint32_t src_w, src_h, x, y, w, h, dst_w, dst_h, channels;
} case_t;

// The largest common divisor is left in for odd cases: the kernels must not depend on reduced axes.
static resize_axis_t axis(uint32_t src, uint32_t dst) {
    const uint32_t divisor = src % dst == 0 ? dst : dst % src == 0 ? src : 1;
    return (resize_axis_t) {.unit = dst / divisor, .cell = src / divisor};
}

static int run(kernel_t kernel, const case_t *at, const uint8_t *src, uint8_t *dst, size_t size) {
    memset(dst, 0xa5, size + GUARD);
    const resize_area_t job = {.src = src + (at->y * at->src_w + at->x) * at->channels,
        .row = at->src_w * at->channels, .channels = at->channels, .dst = dst, .dst_w = at->dst_w, .dst_h = at->dst_h,
        .across = axis(at->w, at->dst_w), .down = axis(at->h, at->dst_h)};
    kernel(&job);
    for (size_t i = 0; i < GUARD; ++i) {
        if (dst[size + i] != 0xa5) {
            return 1;
        }
    }
    return 0;
}

static int differs(const case_t *at) {
    const size_t src_size = (size_t)at->src_w * at->src_h * at->channels;
    const size_t size = (size_t)at->dst_w * at->dst_h * at->channels;
    uint8_t *src = grid_memory(src_size), *plain = grid_memory(size + GUARD), *neon = grid_memory(size + GUARD),
        *wide = grid_memory(size + GUARD);
    grid_fill(src, src_size);
    const int beyond = run(resize_area_u8__c, at, src, plain, size) | run(resize_area_u8__neon, at, src, neon, size)
        | run(resize_area_u8_wide__c, at, src, wide, size);
    const int different = beyond || memcmp(plain, neon, size) != 0 || memcmp(plain, wide, size) != 0;
    if (different) {
        printf("resize_area_u8: %ux%u region %u,%u %ux%u to %ux%u, %u channels%s\n", at->src_w, at->src_h, at->x, at->y,
            at->w, at->h, at->dst_w, at->dst_h, at->channels, beyond ? ": written beyond the end" : "");
    }
    grid_free(src, src_size), grid_free(plain, size + GUARD), grid_free(neon, size + GUARD), grid_free(wide, size + GUARD);
    return different;
}

static case_t whole(uint32_t w, uint32_t h, uint32_t dst_w, uint32_t dst_h, uint32_t channels) {
    return (case_t) {w, h, 0, 0, w, h, dst_w, dst_h, channels};
}

static case_t random_case(void) {
    const uint32_t src_w = 1 + grid_random(400), src_h = 1 + grid_random(255);
    const uint32_t x = grid_random(src_w), y = grid_random(src_h);
    return (case_t) {src_w, src_h, x, y, 1 + grid_random(src_w - x), 1 + grid_random(src_h - y),
        1 + grid_random(300), 1 + grid_random(100), grid_random(2) ? 1 : 3};
}

static void count(grid_t *result, case_t at) {
    const uint32_t chunk = RESIZE_CHUNK / at.channels;
    const resize_axis_t across = axis(at.w, at.dst_w), down = axis(at.h, at.dst_h);
    if (across.cell + across.unit > chunk * across.unit || across.cell * down.cell >= RESIZE_MAX_TOTAL) {
        return; // not for these kernels
    }
    result->cases += 1;
    result->different += differs(&at);
}

grid_t grid_resize_area(void) {
    static const uint32_t sides[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 97, 120, 255};
    static const uint32_t targets[][2] = {{1, 1}, {2, 3}, {7, 8}, {8, 7}, {9, 16}, {64, 64}, {96, 33}, {255, 1}};
    const size_t count_sides = sizeof(sides) / sizeof(sides[0]), count_targets = sizeof(targets) / sizeof(targets[0]);
    grid_t result = {0, 0};
    for (size_t i = 0; i < count_sides * count_sides * count_targets * 2; ++i) {
        const uint32_t *target = targets[i / 2 % count_targets];
        const uint32_t w = sides[i / 2 / count_targets % count_sides], h = sides[i / 2 / count_targets / count_sides];
        count(&result, whole(w, h, target[0], target[1], i % 2 ? 3 : 1));
    }
    for (int i = 0; i < 1500; ++i) {
        count(&result, random_case());
    }
    return result;
}
