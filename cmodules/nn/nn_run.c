#include <string.h>

#include "nn.h"
#include "nn_kernels.h"
#include "nn_layer.h"

static nn_kernel_t *const kernels__c[NN_OPERATOR_COUNT] = {
#define NN_KERNEL(op, isa, function) [op] = function,
#include "nn_kernels.inc"
#undef NN_KERNEL
};

// Pixel p becomes p - 128, which flips the sign bit.
static void load_picture(const uint8_t *picture, size_t size, int8_t *tensor) {
    for (size_t i = 0; i < size; ++i) {
        tensor[i] = (int8_t)(picture[i] ^ 0x80);
    }
}

// Tensors lie alternately at the arena's start and at its end, so that a layer's input and output never overlap.
static int8_t *place(int8_t *arena, uint32_t arena_size, uint64_t count, bool at_end) {
    return at_end ? arena + (arena_size - count) : arena;
}

nn_status_t nn_net_run(const nn_net_t *net, const uint8_t *picture, size_t picture_size, int8_t *logits,
    size_t logits_size, void *arena, size_t arena_size) {
    if (net->arena_size == 0 || arena == NULL || arena_size < net->arena_size) {
        return NN_NOT_FINISHED;
    }
    if (picture_size != nn_input_count(&net->layers[0])) {
        return NN_PICTURE_LENGTH;
    }
    if (logits_size < nn_net_outputs(net)) {
        return NN_LOGITS_LENGTH;
    }
    int8_t *input = arena;
    load_picture(picture, picture_size, input);
    for (int32_t i = 0; i < net->layer_count; ++i) {
        const nn_layer_t *layer = &net->layers[i];
        int8_t *output = place(arena, net->arena_size, nn_output_count(layer), i % 2 == 0);
        kernels__c[layer->op](layer, input, output);
        input = output;
    }
    memcpy(logits, input, nn_net_outputs(net));
    return NN_OK;
}
