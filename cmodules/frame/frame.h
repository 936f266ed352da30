// One frame in one call: JPEG -> region at the right scale -> network's input -> logits. The caller owns all memory:
// the plan (opaque outside C: frame_plan_size() bytes), one block of scratch, the input picture, the network and its
// arena. libjpeg-turbo, where it is needed, has its own allocator.
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "imgprep.h"
#include "nn.h"
#include "ujpeg.h"

#define FRAME_MAX_JPEG (16u << 20)    // bytes of a frame
#define FRAME_MAX_SCRATCH (64u << 20) // bytes of a plan's scratch
#define FRAME_MAX_BUFFERS (5)
#define FRAME_MOTION_UNKNOWN (-1)     // there is no earlier picture to compare with

// The codes of frame itself; those of the three steps follow at an offset.
enum {
    FRAME_OK = 0,
    FRAME_DIMENSIONS,
    FRAME_DENOMINATOR,
    FRAME_REGION,
    FRAME_CHANNELS,
    FRAME_INPUT,
    FRAME_MAX_JPEG_RANGE,
    FRAME_TOO_LARGE,
    FRAME_NETWORK_SHAPE,
    FRAME_JPEG_TOO_LONG,
    FRAME_SCRATCH_TOO_SHORT,
    FRAME_OTHER_SIZE,
    FRAME_STATUS_COUNT,
    FRAME_OF_UJPEG = 0x100,   // + ujpeg_status_t
    FRAME_OF_IMGPREP = 0x200, // + imgprep_status_t
    FRAME_OF_NN = 0x300,      // + nn_status_t
};
typedef int32_t frame_status_t;

typedef struct {
    uint32_t width, height; // of the JPEG
    int32_t denominator;
    int32_t region[4]; // x, y, w, h in pixels of the scaled picture
    int32_t channels;
    int32_t input_w, input_h;
    uint32_t max_jpeg;
    // Offsets into scratch: the stream's state lies at its start, then what one call of it needs, the DC picture of the
    // motion gate, and the region's pixels (0 bytes where the region has the input's size).
    uint32_t call_at, call_size;
    uint32_t blocks_at, blocks_size;
    uint32_t pixels_at, pixels_size;
    uint32_t scratch_size;
} frame_plan_t;

typedef struct {
    const nn_net_t *net; // NULL: no logits are wanted
    void *arena;
    size_t arena_size;
} frame_network_t;

// One English sentence without a full stop, and the module that it is about ("frame", "ujpeg", "imgprep" or "nn").
const char *frame_sentence(frame_status_t status);
const char *frame_area(frame_status_t status);

size_t frame_plan_size(void);

// For JPEGs of width x height and at most max_jpeg bytes: decode region (x, y, w, h in pixels of the picture at scale
// 1/denominator, NULL for all of it) to luma (channels 1) or RGB (3), average to input_w x input_h.
frame_status_t frame_plan_init(frame_plan_t *plan, uint32_t width, uint32_t height, int32_t denominator,
    const int32_t region[4], int32_t channels, int32_t input_w, int32_t input_h, uint32_t max_jpeg);

size_t frame_input_size(const frame_plan_t *plan);   // bytes of the input picture: HWC, uint8
size_t frame_scratch_size(const frame_plan_t *plan); // bytes of scratch, 8-byte aligned

// Whether the network takes the plan's picture.
frame_status_t frame_fits(const frame_plan_t *plan, const nn_net_t *net);

// Makes scratch ready for the first frame of a stream. It must not move afterwards.
frame_status_t frame_start(const frame_plan_t *plan, void *scratch, size_t scratch_size);

// One frame. scratch carries what frames of one stream share; input receives the picture, logits the network's outputs.
// motion: mean absolute difference to the frame before, in 1/256 grey levels, where the decoder knows it, else
// FRAME_MOTION_UNKNOWN. FRAME_OTHER_SIZE, with nothing decoded, for a JPEG that is not width x height.
frame_status_t frame_run(const frame_plan_t *plan, const frame_network_t *network, const uint8_t *jpeg, size_t size,
    uint8_t *input, size_t input_size, int8_t *logits, size_t logits_size, void *scratch, size_t scratch_size,
    int32_t *motion);

// The two halves of frame_run, for who wants to know what each takes: the picture and its motion, then the logits of the
// input that frame_see has made.
frame_status_t frame_see(const frame_plan_t *plan, const uint8_t *jpeg, size_t size, uint8_t *input, size_t input_size,
    void *scratch, size_t scratch_size, int32_t *motion);
frame_status_t frame_judge(const frame_plan_t *plan, const frame_network_t *network, const uint8_t *input, int8_t *logits,
    size_t logits_size);

// Width and height from a JPEG's header.
frame_status_t frame_jpeg_size(const uint8_t *jpeg, size_t size, uint32_t shape[2]);

// Zeroed memory from the C heap that lives as long as the process, at most FRAME_MAX_BUFFERS times; else NULL.
void *frame_buffer(size_t size);

#endif
