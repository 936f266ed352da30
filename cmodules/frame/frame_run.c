#include "frame.h"

static inline ujpeg_stream_t *stream_in(void *scratch) {
    return scratch;
}

static frame_status_t check_jpeg(const frame_plan_t *plan, const uint8_t *jpeg, size_t size) {
    if (size > plan->max_jpeg) {
        return FRAME_JPEG_TOO_LONG;
    }
    uint32_t shape[2];
    const frame_status_t status = frame_jpeg_size(jpeg, size, shape);
    if (status == FRAME_OK && (shape[0] != plan->width || shape[1] != plan->height)) {
        return FRAME_OTHER_SIZE;
    }
    return status;
}

// A region of the input's size is decoded straight into the input.
static frame_status_t make_input(const frame_plan_t *plan, const uint8_t *jpeg, size_t size, uint8_t *input,
    size_t input_size, uint8_t *scratch) {
    const bool direct = plan->pixels_size == 0;
    uint8_t *pixels = direct ? input : scratch + plan->pixels_at;
    const size_t pixels_size = direct ? input_size : plan->pixels_size;
    uint32_t shape[2];
    const ujpeg_status_t decoded = ujpeg_stream_decode(stream_in(scratch), scratch + plan->call_at, plan->call_size,
        jpeg, size, plan->denominator, plan->region, plan->channels == 3, pixels, pixels_size, shape);
    if (decoded != UJPEG_OK) {
        return FRAME_OF_UJPEG + decoded;
    }
    if (direct) {
        return FRAME_OK;
    }
    const imgprep_status_t resized = imgprep_resize_area(pixels, pixels_size, shape[0], shape[1], plan->channels,
        NULL, input, input_size, plan->input_w, plan->input_h);
    return resized == IMGPREP_OK ? FRAME_OK : FRAME_OF_IMGPREP + (frame_status_t)resized;
}

frame_status_t frame_start(const frame_plan_t *plan, void *scratch, size_t scratch_size) {
    if (scratch_size < plan->scratch_size) {
        return FRAME_SCRATCH_TOO_SHORT;
    }
    ujpeg_stream_init(stream_in(scratch));
    ujpeg_stream_set_motion(stream_in(scratch), (uint8_t *)scratch + plan->blocks_at, plan->blocks_size);
    return FRAME_OK;
}

frame_status_t frame_see(const frame_plan_t *plan, const uint8_t *jpeg, size_t size, uint8_t *input, size_t input_size,
    void *scratch, size_t scratch_size, int32_t *motion) {
    *motion = FRAME_MOTION_UNKNOWN;
    if (scratch_size < plan->scratch_size || input_size < frame_input_size(plan)) {
        return FRAME_SCRATCH_TOO_SHORT;
    }
    frame_status_t status = check_jpeg(plan, jpeg, size);
    if (status == FRAME_OK) {
        status = make_input(plan, jpeg, size, input, input_size, scratch);
    }
    if (status != FRAME_OK) {
        return status;
    }
    const uint32_t moved = ujpeg_stream_motion(stream_in(scratch));
    *motion = moved == UJPEG_MOTION_UNKNOWN ? FRAME_MOTION_UNKNOWN : (int32_t)moved;
    return FRAME_OK;
}

frame_status_t frame_judge(const frame_plan_t *plan, const frame_network_t *network, const uint8_t *input, int8_t *logits,
    size_t logits_size) {
    if (network->net == NULL) {
        return FRAME_OK;
    }
    const nn_status_t run = nn_net_run(network->net, input, frame_input_size(plan), logits, logits_size,
        network->arena, network->arena_size);
    return run == NN_OK ? FRAME_OK : FRAME_OF_NN + (frame_status_t)run;
}

frame_status_t frame_run(const frame_plan_t *plan, const frame_network_t *network, const uint8_t *jpeg, size_t size,
    uint8_t *input, size_t input_size, int8_t *logits, size_t logits_size, void *scratch, size_t scratch_size,
    int32_t *motion) {
    const frame_status_t status = frame_see(plan, jpeg, size, input, input_size, scratch, scratch_size, motion);
    return status == FRAME_OK ? frame_judge(plan, network, input, logits, logits_size) : status;
}
