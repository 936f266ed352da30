#include "nn.h"

static const char *const sentences[NN_STATUS_COUNT] = {
    [NN_OK] = "no error",
    [NN_INPUT_SHAPE] = "height, width and channels of the input must be 1 to 4096",
    [NN_TOO_MANY_LAYERS] = "a network has at most 64 layers",
    [NN_OPERATOR] = "unknown operator",
    [NN_STRIDE] = "stride must be 1 or 2 for a 3x3 operator, no more than the map's sides for pooling, and 1 for the others",
    [NN_OUT_CHANNELS] = "out_channels must be 1 to 4096, and as many as the input's for depthwise and pooling",
    [NN_ZERO_POINT] = "input_zero and output_zero must be -128 to 127",
    [NN_CLAMP] = "low and high must be -128 to 127, and low at most high",
    [NN_WEIGHTS_LENGTH] = "the weights do not have the length that the shapes ask for",
    [NN_WEIGHTS_RANGE] = "weights must be -127 to 127",
    [NN_PARAMETERS_LENGTH] = "bias, multiplier and shift need one value for each output channel (one for pooling)",
    [NN_ALIGNMENT] = "bias and multiplier must be aligned to 4 bytes",
    [NN_MULTIPLIER] = "multiplier must be 2^30 to 2^31 - 1",
    [NN_SHIFT] = "shift must be 1 to 31",
    [NN_ACCUMULATOR] = "weights and bias are so large that a 32 bit sum could overflow",
    [NN_ARENA] = "the network needs more than 16 MB of memory",
    [NN_FINISHED] = "no layer can be added after finish()",
    [NN_NOT_FINISHED] = "finish() must come before run()",
    [NN_NO_LAYERS] = "the network has no layers",
    [NN_PICTURE_LENGTH] = "the picture's length is not height * width * channels",
    [NN_LOGITS_LENGTH] = "the logits buffer is shorter than the number of outputs",
    [NN_SOURCE] = "the source of an addition must be an earlier layer with an output of the same shape",
    [NN_ADD_SCALE] = "the multipliers of an addition must be 1 to 2^22 - 1, its bias within 2^30, its shift 1 to 31",
    [NN_PACKED_MEMORY] = "the memory for packed weights is too small",
};

const char *nn_sentence(nn_status_t status) {
    return (unsigned)status < NN_STATUS_COUNT ? sentences[status] : "unknown status";
}
