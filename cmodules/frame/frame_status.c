#include "frame.h"

static const char *const sentences[FRAME_STATUS_COUNT] = {
    [FRAME_OK] = "no error",
    [FRAME_DIMENSIONS] = "width and height must be 1 to 65500, 64 megapixels at most",
    [FRAME_DENOMINATOR] = "denominator must be 1, 2, 4 or 8",
    [FRAME_REGION] = "the region is empty or outside the picture",
    [FRAME_CHANNELS] = "channels must be 1 or 3",
    [FRAME_INPUT] = "the input's width and height must be 1 to 4096",
    [FRAME_MAX_JPEG_RANGE] = "the longest JPEG must be 1 byte to 16 MiB",
    [FRAME_TOO_LARGE] = "the region is too large: more than 64 MiB of scratch memory",
    [FRAME_NETWORK_SHAPE] = "the network takes pictures of another shape",
    [FRAME_JPEG_TOO_LONG] = "the JPEG is longer than max_jpeg",
    [FRAME_SCRATCH_TOO_SHORT] = "a scratch or picture buffer is too small",
    [FRAME_OTHER_SIZE] = "the picture has another size than the plan",
};

// Steps have fewer than 256 codes each.
enum { STEP = ~0xFF, CODE = 0xFF };

const char *frame_area(frame_status_t status) {
    switch (status & STEP) {
        case FRAME_OF_UJPEG:
            return "ujpeg";
        case FRAME_OF_IMGPREP:
            return "imgprep";
        case FRAME_OF_NN:
            return "nn";
        default:
            return "frame";
    }
}

const char *frame_sentence(frame_status_t status) {
    switch (status & STEP) {
        case FRAME_OF_UJPEG:
            return ujpeg_sentence(status & CODE);
        case FRAME_OF_IMGPREP:
            return imgprep_sentence(status & CODE);
        case FRAME_OF_NN:
            return nn_sentence(status & CODE);
        default:
            return (uint32_t)status < FRAME_STATUS_COUNT ? sentences[status] : "unknown status";
    }
}
