// Whole frames, in memory of exactly the sizes asked for between pages that cannot be accessed, against ujpeg_decode(),
// imgprep_resize_area() and nn_net_run() in memory with room: frame_grid [cases]. Prints cases and differences.
#include "frame_grid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SIDE (150)
#define MAX_INPUT (40)
#define FRAMES (4) // of one stream
#define MAX_JPEG (MAX_SIDE * MAX_SIDE * 6 + 2000)

static uint8_t pixels[MAX_SIDE * MAX_SIDE * 3], expected_input[MAX_SIDE * MAX_SIDE * 3];
static uint8_t jpeg[MAX_JPEG];

uint32_t grid_random(uint32_t limit) {
    static uint32_t state = 1;
    state = state * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)state * limit) >> 32);
}

int32_t grid_between(int32_t low, int32_t high) {
    return low + (int32_t)grid_random((uint32_t)high - (uint32_t)low + 1u);
}

// A slope with some noise, or noise alone.
static void draw(uint32_t w, uint32_t h, uint32_t channels) {
    const uint32_t noise = 1 + grid_random(256), x_slope = grid_random(5), y_slope = grid_random(5);
    for (uint32_t i = 0; i < w * h * channels; ++i) {
        const uint32_t pixel = i / channels;
        pixels[i] = (uint8_t)(pixel % w * x_slope + pixel / w * y_slope + grid_random(noise));
    }
}

// A JPEG of w x h pixels; one of four is damaged. Returns its length.
static size_t encode(uint32_t w, uint32_t h) {
    const int32_t channels = grid_random(2) ? 3 : 1;
    size_t length;
    draw(w, h, (uint32_t)channels);
    if (ujpeg_encode(pixels, sizeof pixels, (int32_t)w, (int32_t)h, channels, grid_between(1, 100), jpeg, sizeof jpeg,
            &length) != UJPEG_OK) {
        fputs("encoding failed\n", stderr);
        exit(2);
    }
    switch (grid_random(8)) {
        case 0:
            return grid_random((uint32_t)length);
        case 1:
            jpeg[grid_random((uint32_t)length)] ^= (uint8_t)(1u << grid_random(8));
            return length;
        default:
            return length;
    }
}

static frame_plan_t random_plan(void) {
    frame_plan_t plan;
    const int32_t width = grid_between(1, MAX_SIDE), height = grid_between(1, MAX_SIDE), denominator = 1 << grid_random(4);
    const int32_t w = (width + denominator - 1) / denominator, h = (height + denominator - 1) / denominator;
    int32_t region[4] = {(int32_t)grid_random((uint32_t)w), (int32_t)grid_random((uint32_t)h), 0, 0};
    region[2] = grid_between(1, w - region[0]);
    region[3] = grid_between(1, h - region[1]);
    const bool direct = region[2] <= MAX_INPUT && region[3] <= MAX_INPUT && grid_random(3) == 0;
    const frame_status_t status = frame_plan_init(&plan, (uint32_t)width, (uint32_t)height, denominator, region,
        grid_random(3) ? 1 : 3, direct ? region[2] : grid_between(1, MAX_INPUT),
        direct ? region[3] : grid_between(1, MAX_INPUT), MAX_JPEG);
    if (status != FRAME_OK) {
        fprintf(stderr, "plan: %s\n", frame_sentence(status));
        exit(2);
    }
    return plan;
}

// What frame_run() must return; the input and the logits it must leave.
static frame_status_t step_by_step(const frame_plan_t *plan, const nn_net_t *net, size_t length, int8_t *logits) {
    uint32_t shape[2];
    const ujpeg_status_t decoded = ujpeg_decode(jpeg, length, plan->denominator, plan->region, plan->channels == 3,
        pixels, sizeof pixels, shape);
    if (decoded != UJPEG_OK) {
        return FRAME_OF_UJPEG + decoded;
    }
    imgprep_resize_area(pixels, sizeof pixels, (int32_t)shape[0], (int32_t)shape[1], plan->channels, NULL, expected_input,
        sizeof expected_input, plan->input_w, plan->input_h);
    void *arena = malloc(net->arena_size + 1);
    const nn_status_t run = nn_net_run(net, expected_input, frame_input_size(plan), logits, GRID_OUTPUTS, arena,
        net->arena_size);
    free(arena);
    return run == NN_OK ? FRAME_OK : FRAME_OF_NN + (frame_status_t)run;
}

typedef struct {
    grid_memory_t scratch, input, logits, arena;
} room_t;

static bool same_frame(const frame_plan_t *plan, const nn_net_t *net, const room_t *room, bool at_end) {
    const size_t length = encode(plan->width, plan->height);
    const grid_memory_t data = grid_memory(length, 1, at_end);
    memcpy(data.block, jpeg, length);
    const frame_network_t network = {net, room->arena.block, room->arena.size};
    int32_t motion;
    const frame_status_t status = frame_run(plan, &network, data.block, length, room->input.block, room->input.size,
        (int8_t *)room->logits.block, room->logits.size, room->scratch.block, room->scratch.size, &motion);
    int8_t logits[GRID_OUTPUTS];
    bool same = grid_memory_intact(&data) && memcmp(data.block, jpeg, length) == 0;
    grid_memory_free(&data);
    if (status != FRAME_OTHER_SIZE) { // the damage was to the size
        same = same && status == step_by_step(plan, net, length, logits);
    }
    if (status == FRAME_OK) {
        same = same && motion >= FRAME_MOTION_UNKNOWN && memcmp(room->logits.block, logits, sizeof logits) == 0
            && memcmp(room->input.block, expected_input, room->input.size) == 0;
    }
    return same;
}

// FRAMES frames of one stream; the number that differ.
static uint32_t run_case(bool at_end) {
    const frame_plan_t plan = random_plan();
    const nn_net_t *net = grid_network(&plan);
    const room_t room = {
        .scratch = grid_memory(frame_scratch_size(&plan), 8, at_end),
        .input = grid_memory(frame_input_size(&plan), 1, at_end),
        .logits = grid_memory(GRID_OUTPUTS, 1, at_end),
        .arena = grid_memory(net->arena_size, 16, at_end),
    };
    uint32_t different = frame_start(&plan, room.scratch.block, room.scratch.size) != FRAME_OK;
    for (uint32_t i = 0; i < FRAMES; ++i) {
        different += !same_frame(&plan, net, &room, at_end);
    }
    const grid_memory_t *all[] = {&room.scratch, &room.input, &room.logits, &room.arena};
    for (uint32_t i = 0; i < sizeof all / sizeof all[0]; ++i) {
        different += !grid_memory_intact(all[i]);
        grid_memory_free(all[i]);
    }
    if (different) {
        printf("%ux%u at 1/%d, region %d %d %d %d, %d channels to %dx%d, memory at the %s: differs\n", plan.width,
            plan.height, plan.denominator, plan.region[0], plan.region[1], plan.region[2], plan.region[3], plan.channels,
            plan.input_w, plan.input_h, at_end ? "end" : "start");
    }
    return different;
}

int main(int argc, char **argv) {
    const uint32_t cases = argc > 1 ? (uint32_t)atoi(argv[1]) : 500;
    uint32_t different = 0;
    for (uint32_t i = 0; i < cases; ++i) {
        different += run_case(i % 3 != 0);
    }
    printf("frame_run: %u cases, %u different\n", cases, different);
    return different != 0;
}
