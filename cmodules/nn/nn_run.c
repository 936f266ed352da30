#include <string.h>

#include "nn.h"
#include "nn_kernels.h"
#include "nn_layer.h"

static void run_layer(const nn_net_t *net, const nn_layer_t *layer, const int8_t *input, int8_t *arena) {
    int8_t *output = arena + layer->output_offset;
    if (layer->op == NN_ADD) {
        const int8_t *source = arena + net->layers[layer->add.source].output_offset;
        layer->kernel->run_two(layer, input, source, output);
    } else {
        layer->kernel->run(layer, input, output);
    }
}

nn_status_t nn_net_run(const nn_net_t *net, const uint8_t *picture, size_t picture_size, int8_t *logits,
    size_t logits_size, void *arena, size_t arena_size) {
    if (!net->packed || arena == NULL || arena_size < net->arena_size) {
        return NN_NOT_FINISHED;
    }
    if (picture_size != nn_input_count(&net->layers[0])) {
        return NN_PICTURE_LENGTH;
    }
    const uint32_t outputs = nn_net_outputs(net);
    if (logits_size < outputs) {
        return NN_LOGITS_LENGTH;
    }
    int8_t *tensor = arena;
    net->picture.kernel->run(&net->picture, (const int8_t *)picture, tensor);
    for (int32_t i = 0; i < net->layer_count; ++i) {
        run_layer(net, &net->layers[i], tensor, arena);
        tensor = (int8_t *)arena + net->layers[i].output_offset;
    }
    memcpy(logits, tensor, outputs);
    return NN_OK;
}
