#include <string.h>

#include "frame.h"

#define ALIGNMENT (8u)
#define MAX_SIDE (65500u) // libjpeg's

static bool part_fits(int32_t start, int32_t length, uint32_t whole) {
    return start >= 0 && length >= 1 && (uint64_t)start + (uint64_t)length <= whole;
}

static frame_status_t set_picture(frame_plan_t *plan, uint32_t width, uint32_t height, int32_t denominator) {
    if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE
        || (uint64_t)width * height > UJPEG_MAX_PIXELS) {
        return FRAME_DIMENSIONS;
    }
    if (denominator != 1 && denominator != 2 && denominator != 4 && denominator != 8) {
        return FRAME_DENOMINATOR;
    }
    plan->width = width;
    plan->height = height;
    plan->denominator = denominator;
    return FRAME_OK;
}

static frame_status_t set_region(frame_plan_t *plan, const int32_t region[4]) {
    const uint32_t denominator = (uint32_t)plan->denominator;
    const uint32_t w = (plan->width + denominator - 1) / denominator;
    const uint32_t h = (plan->height + denominator - 1) / denominator;
    const int32_t all[4] = {0, 0, (int32_t)w, (int32_t)h};
    memcpy(plan->region, region ? region : all, sizeof all);
    if (!part_fits(plan->region[0], plan->region[2], w) || !part_fits(plan->region[1], plan->region[3], h)) {
        return FRAME_REGION;
    }
    return FRAME_OK;
}

static frame_status_t set_input(frame_plan_t *plan, int32_t channels, int32_t input_w, int32_t input_h) {
    if (channels != 1 && channels != 3) {
        return FRAME_CHANNELS;
    }
    if (input_w < 1 || input_h < 1 || input_w > NN_MAX_SIDE || input_h > NN_MAX_SIDE) {
        return FRAME_INPUT;
    }
    plan->channels = channels;
    plan->input_w = input_w;
    plan->input_h = input_h;
    return FRAME_OK;
}

static uint64_t aligned(uint64_t size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

// Sums stay far below 2^64: every part is below 2^34.
static frame_status_t lay_out(frame_plan_t *plan, uint32_t max_jpeg) {
    if (max_jpeg < 1 || max_jpeg > FRAME_MAX_JPEG) {
        return FRAME_MAX_JPEG_RANGE;
    }
    const bool direct = plan->region[2] == plan->input_w && plan->region[3] == plan->input_h;
    const uint64_t pixels = direct ? 0 : (uint64_t)plan->region[2] * plan->region[3] * plan->channels;
    const uint64_t call_at = aligned(ujpeg_stream_size());
    const uint64_t call_size = ujpeg_stream_scratch_size(max_jpeg);
    const uint64_t blocks_at = call_at + aligned(call_size);
    const uint64_t blocks_size = ujpeg_motion_size(plan->region[2], plan->region[3], plan->denominator);
    const uint64_t pixels_at = blocks_at + aligned(blocks_size);
    if (pixels_at + pixels > FRAME_MAX_SCRATCH) {
        return FRAME_TOO_LARGE;
    }
    plan->max_jpeg = max_jpeg;
    plan->call_at = (uint32_t)call_at;
    plan->call_size = (uint32_t)call_size;
    plan->blocks_at = (uint32_t)blocks_at;
    plan->blocks_size = (uint32_t)blocks_size;
    plan->pixels_at = (uint32_t)pixels_at;
    plan->pixels_size = (uint32_t)pixels;
    plan->scratch_size = (uint32_t)(pixels_at + pixels);
    return FRAME_OK;
}

size_t frame_plan_size(void) {
    return sizeof(frame_plan_t);
}

frame_status_t frame_plan_init(frame_plan_t *plan, uint32_t width, uint32_t height, int32_t denominator,
    const int32_t region[4], int32_t channels, int32_t input_w, int32_t input_h, uint32_t max_jpeg) {
    memset(plan, 0, sizeof *plan);
    frame_status_t status = set_picture(plan, width, height, denominator);
    if (status == FRAME_OK) {
        status = set_region(plan, region);
    }
    if (status == FRAME_OK) {
        status = set_input(plan, channels, input_w, input_h);
    }
    return status == FRAME_OK ? lay_out(plan, max_jpeg) : status;
}

// At most 4096 * 4096 * 3.
size_t frame_input_size(const frame_plan_t *plan) {
    return (size_t)plan->input_w * plan->input_h * plan->channels;
}

size_t frame_scratch_size(const frame_plan_t *plan) {
    return plan->scratch_size;
}

frame_status_t frame_fits(const frame_plan_t *plan, const nn_net_t *net) {
    const bool fits = net->width == plan->input_w && net->height == plan->input_h
        && net->channels == plan->channels;
    return fits ? FRAME_OK : FRAME_NETWORK_SHAPE;
}
