#include "imgprep.h"

static const char *const sentences[IMGPREP_STATUS_COUNT] = {
    [IMGPREP_OK] = "no error",
    [IMGPREP_DIMENSIONS] = "width and height must be 1 to 65500",
    [IMGPREP_CHANNELS] = "channels must be 1 or 3",
    [IMGPREP_REGION] = "the region is empty or outside the picture",
    [IMGPREP_SRC_TOO_SHORT] = "the source buffer is shorter than width * height * channels",
    [IMGPREP_DST_TOO_SHORT] = "the destination buffer is shorter than width * height * channels",
    [IMGPREP_LENGTHS] = "the buffers are empty or of different lengths",
    [IMGPREP_PIXELS] = "a picture must have 1 to 4194304 whole pixels",
    [IMGPREP_SMALL] = "width and height must be 3 to 65500",
    [IMGPREP_HOG_SIDES] = "width and height must be 16 to 512",
    [IMGPREP_PHASE_SIDE] = "the side must be 16, 32, 64 or 128",
    [IMGPREP_SCRATCH_TOO_SHORT] = "the scratch buffer is too short",
    [IMGPREP_OUT_TOO_SHORT] = "the output buffer is too short",
};

const char *imgprep_sentence(imgprep_status_t status) {
    return (unsigned)status < IMGPREP_STATUS_COUNT ? sentences[status] : "unknown status";
}
