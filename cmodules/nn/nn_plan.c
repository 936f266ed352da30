// What is fixed before a network runs: its kernels, where its tensors lie, and the kernels' own memory.
#include "cpu.h"
#include "nn.h"
#include "nn_kernels.h"
#include "nn_layer.h"

// Tensor 0 is the picture, tensor i + 1 the output of layer i. A tensor lies at the arena's start or at its end,
// opposite to the tensor that it is made from, behind what is still alive there.
typedef struct {
    uint32_t size;
    uint32_t distance; // from its side of the arena
    int32_t last_use;  // index of the last layer that reads it
    int32_t side;
} tensor_t;

static int32_t last_use(const nn_net_t *net, int32_t tensor) {
    int32_t last = tensor;
    for (int32_t i = tensor; i < net->layer_count; ++i) {
        if (net->layers[i].op == NN_ADD && net->layers[i].add.source + 1 == tensor) {
            last = i;
        }
    }
    return last;
}

// Bytes taken from one side of the arena by the first `count` tensors while layer `layer` runs.
static uint32_t taken(const tensor_t *tensors, int32_t count, int32_t layer, int32_t side) {
    uint32_t end = 0;
    for (int32_t i = 0; i < count; ++i) {
        const tensor_t *tensor = &tensors[i];
        if (tensor->side == side && tensor->last_use >= layer && tensor->distance + tensor->size > end) {
            end = tensor->distance + tensor->size;
        }
    }
    return end;
}

// An addition writes over the one of its inputs that nothing reads later and that lies nearer to its side's end: in a
// chain of residual blocks the sums stay where the first one is.
static const tensor_t *replaced(const nn_layer_t *layer, int32_t index, const tensor_t *tensors) {
    const tensor_t *input = &tensors[index], *source = &tensors[layer->add.source + 1];
    const tensor_t *free_input = input->last_use == index ? input : NULL;
    const tensor_t *free_source = source->last_use == index ? source : NULL;
    if (free_input == NULL || free_source == NULL) {
        return free_input ? free_input : free_source;
    }
    return free_source->distance <= free_input->distance ? free_source : free_input;
}

static void place_output(const nn_layer_t *layer, int32_t index, tensor_t *tensors) {
    const tensor_t *place = layer->op == NN_ADD ? replaced(layer, index, tensors) : NULL;
    tensor_t *output = &tensors[index + 1];
    if (place != NULL) {
        output->side = place->side;
        output->distance = place->distance;
    } else {
        output->side = !tensors[index].side;
        output->distance = taken(tensors, index + 1, index, output->side);
    }
}

static uint32_t place_tensors(nn_net_t *net, tensor_t *tensors) {
    uint32_t arena_size = 0;
    tensors[0] = (tensor_t) {.size = (uint32_t)nn_input_count(&net->layers[0]), .last_use = last_use(net, 0)};
    for (int32_t i = 0; i < net->layer_count; ++i) {
        tensor_t *output = &tensors[i + 1];
        output->size = (uint32_t)nn_output_count(&net->layers[i]);
        output->last_use = last_use(net, i + 1);
        place_output(&net->layers[i], i, tensors);
        const uint32_t both = taken(tensors, i + 2, i, 0) + taken(tensors, i + 2, i, 1);
        arena_size = both > arena_size ? both : arena_size;
    }
    return arena_size;
}

// At most NN_MAX_LAYERS + 1 tensors of 16 MB each: every sum fits 32 bits.
static nn_status_t plan_arena(nn_net_t *net) {
    tensor_t tensors[NN_MAX_LAYERS + 1];
    const uint32_t arena_size = place_tensors(net, tensors);
    if (arena_size > NN_MAX_ARENA) {
        return NN_ARENA;
    }
    net->arena_size = arena_size;
    for (int32_t i = 0; i < net->layer_count; ++i) {
        const tensor_t *output = &tensors[i + 1];
        net->layers[i].output_offset = output->side ? arena_size - output->distance - output->size : output->distance;
    }
    return NN_OK;
}

static uint32_t aligned(size_t size) {
    return (uint32_t)(size + NN_PACKED_ALIGNMENT - 1) / NN_PACKED_ALIGNMENT * NN_PACKED_ALIGNMENT;
}

static void choose_kernel(nn_layer_t *layer, bool neon) {
    layer->kernel = nn_kernel_choose(layer, neon);
    layer->packed_size = layer->kernel->packed_size ? aligned(layer->kernel->packed_size(layer)) : 0;
}

static void choose_kernels(nn_net_t *net) {
    const bool neon = cpu_has_neon();
    uint32_t size = NN_PACKED_ALIGNMENT - 1;
    net->picture = (nn_layer_t) {.op = NN_PICTURE, .in_h = net->height, .in_w = net->width, .in_c = net->channels};
    choose_kernel(&net->picture, neon);
    for (int32_t i = 0; i < net->layer_count; ++i) {
        choose_kernel(&net->layers[i], neon);
        size += net->layers[i].packed_size;
    }
    net->packed_size = size;
}

nn_status_t nn_net_plan(nn_net_t *net, uint32_t *arena_size, uint32_t *packed_size) {
    if (net->layer_count == 0) {
        return NN_NO_LAYERS;
    }
    if (net->arena_size == 0) {
        nn_status_t status = plan_arena(net);
        if (status != NN_OK) {
            return status;
        }
        choose_kernels(net);
    }
    *arena_size = net->arena_size;
    *packed_size = net->packed_size;
    return NN_OK;
}

nn_status_t nn_net_pack(nn_net_t *net, void *memory, size_t size) {
    if (net->arena_size == 0) {
        return NN_NOT_FINISHED;
    }
    if (memory == NULL || size < net->packed_size) {
        return NN_PACKED_MEMORY;
    }
    uint8_t *next = (uint8_t *)memory + (-(uintptr_t)memory & (NN_PACKED_ALIGNMENT - 1));
    for (int32_t i = 0; i < net->layer_count; ++i) {
        nn_layer_t *layer = &net->layers[i];
        if (layer->packed_size > 0) {
            layer->packed = next;
            layer->kernel->pack(layer);
            next += layer->packed_size;
        }
    }
    net->packed = true;
    return NN_OK;
}
