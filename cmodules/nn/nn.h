// int8 networks: a chain of layers over HWC tensors. The caller owns all memory: the network object (opaque outside
// C: nn_net_size() bytes), the weights, which must outlive it, the packed weights and the arena.
#ifndef NN_H
#define NN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NN_MAX_SIDE (4096) // height, width or channels of any tensor
#define NN_MAX_LAYERS (64)
#define NN_MAX_ARENA (16u << 20) // bytes
#define NN_PACKED_ALIGNMENT (16)

typedef enum {
    NN_OK = 0,
    NN_INPUT_SHAPE,
    NN_TOO_MANY_LAYERS,
    NN_OPERATOR,
    NN_STRIDE,
    NN_OUT_CHANNELS,
    NN_ZERO_POINT,
    NN_CLAMP,
    NN_WEIGHTS_LENGTH,
    NN_WEIGHTS_RANGE,
    NN_PARAMETERS_LENGTH,
    NN_ALIGNMENT,
    NN_MULTIPLIER,
    NN_SHIFT,
    NN_ACCUMULATOR,
    NN_ARENA,
    NN_FINISHED,
    NN_NOT_FINISHED,
    NN_NO_LAYERS,
    NN_PICTURE_LENGTH,
    NN_LOGITS_LENGTH,
    NN_SOURCE,
    NN_ADD_SCALE,
    NN_PACKED_MEMORY,
    NN_STATUS_COUNT,
} nn_status_t;

typedef enum {
    NN_CONV2D_3X3 = 0, // weights [out_channels, 3, 3, in_channels]
    NN_DEPTHWISE_3X3,  // weights [3, 3, channels]
    NN_POINTWISE,      // weights [out_channels, in_channels]
    NN_AVGPOOL,        // no weights, one bias, multiplier and shift; stride 1: over the whole map, else see below
    NN_DENSE,          // weights [out_channels, height * width * channels]
    NN_ADD,            // of the input and an earlier layer's output; only through nn_net_add_residual()
    NN_PICTURE,        // inside the library: from uint8 to int8, in front of the first layer
    NN_OPERATOR_COUNT,
} nn_operator_t;

// y = (input * multiplier[0] + source * multiplier[1] + bias + 2^(shift - 1)) >> shift, q = clamp(y + output_zero):
// everything up to the shift fits int32, because multipliers are 1 .. NN_ADD_MULTIPLIER_MAX and |bias| is at most 2^30.
typedef struct {
    int32_t source; // index of the layer whose output is added
    int32_t multiplier[2];
    int32_t bias; // contains the zero points of both inputs
    int32_t shift; // 1 .. 31
} nn_add_t;

#define NN_ADD_MULTIPLIER_MAX ((INT32_C(1) << 22) - 1)
#define NN_ADD_BIAS_MAX (INT32_C(1) << 30)

typedef struct nn_kernel nn_kernel_t; // nn_kernels.h

// The 3x3 operators pad one pixel on every side with input_zero and have stride 1 or 2. A pool of stride k >= 2 takes
// k x k windows that do not overlap; rows and columns that fill no window are dropped. Other strides are 1.
typedef struct {
    int32_t op;
    int32_t stride;
    int32_t in_h, in_w, in_c;
    int32_t out_h, out_w, out_c;
    int32_t input_zero, output_zero;
    int32_t low, high;
    const int8_t *weights;
    const int32_t *bias;       // already contains -input_zero * sum(weights)
    const int32_t *multiplier; // 2^30 .. 2^31 - 1
    const uint8_t *shift;      // 1 .. 31
    nn_add_t add;              // NN_ADD only
    const nn_kernel_t *kernel; // chosen by nn_net_plan()
    void *packed;              // the kernel's own memory, aligned to NN_PACKED_ALIGNMENT; NULL if it wants none
    uint32_t packed_size;      // bytes
    uint32_t output_offset;    // of the output in the arena
} nn_layer_t;

typedef struct {
    int32_t height, width, channels;
    int32_t layer_count;
    uint32_t arena_size;  // 0 until planned
    uint32_t packed_size; // bytes that nn_net_pack() wants
    bool packed;          // nn_net_pack() is done
    nn_layer_t picture;   // NN_PICTURE
    nn_layer_t layers[NN_MAX_LAYERS];
} nn_net_t;

// One English sentence without a full stop, for every status.
const char *nn_sentence(nn_status_t status);

size_t nn_net_size(void);

// An empty network for a uint8 picture. Inside, q = pixel - 128: scale 1/255, zero point -128.
nn_status_t nn_net_init(nn_net_t *net, int32_t height, int32_t width, int32_t channels);

// Appends a layer; sizes in bytes. Buffers are kept by reference and must not change afterwards: their contents are
// checked here, once.
nn_status_t nn_net_add(nn_net_t *net, int32_t op, int32_t stride, int32_t out_channels, int32_t input_zero,
    int32_t output_zero, int32_t low, int32_t high, const void *weights, size_t weights_size, const void *bias,
    size_t bias_size, const void *multiplier, size_t multiplier_size, const void *shift, size_t shift_size);

// Appends the sum of the last layer's output and that of layer `source`, which has the same shape.
nn_status_t nn_net_add_residual(nn_net_t *net, int32_t source, int32_t input_multiplier, int32_t source_multiplier,
    int32_t bias, int32_t shift, int32_t output_zero, int32_t low, int32_t high);

// Fixes the network, chooses a kernel for every layer by what this processor can do, and says how many bytes the arena
// and the packed weights need. The arena holds what is alive at the worst layer: its input, its output and the outputs
// that later layers add.
nn_status_t nn_net_plan(nn_net_t *net, uint32_t *arena_size, uint32_t *packed_size);

// Arranges the weights for the chosen kernels in `memory`, which the network keeps and writes to when it runs; so one
// network runs one picture at a time. Any alignment; the planned size allows for it.
nn_status_t nn_net_pack(nn_net_t *net, void *memory, size_t size);

// Values of the last layer's output.
uint32_t nn_net_outputs(const nn_net_t *net);

// Neither allocates nor fails once the lengths are right.
nn_status_t nn_net_run(const nn_net_t *net, const uint8_t *picture, size_t picture_size, int8_t *logits,
    size_t logits_size, void *arena, size_t arena_size);

#endif
