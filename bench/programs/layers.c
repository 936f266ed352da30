// A network of given shapes with any weights, every layer counted in a slot of its own: what bench/cost.py fits.
//   layers HEIGHT WIDTH CHANNELS OPERATOR,STRIDE,OUTPUTS[,SOURCE]...     operators as numbers of nn.h
// Slot i is layer i, the next the picture's conversion, the one after it a whole run.

#include <stdio.h>
#include <stdlib.h>

#include "counter.h"
#include "network_file.h"
#include "nn.h"
#include "nn_kernels.h"

enum { SHIFT = 8, ADD_MULTIPLIER = 1 << 20, ADD_SHIFT = 21 };

static uint32_t state = 1;

// Numerical Recipes' generator; the highest bits are the good ones. Weights are -127 to 127.
static int8_t *some_bytes(size_t count) {
    int8_t *bytes = malloc(count + 1);
    for (size_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = (int8_t)((state >> 24) % 255) - 127;
    }
    return bytes;
}

static size_t weight_count(const nn_layer_t *before, int32_t op, int32_t out) {
    size_t channels = (size_t)before->out_c, inputs = channels * (size_t)before->out_h * (size_t)before->out_w;
    size_t counts[] = { 9 * channels * (size_t)out, 9 * channels, channels * (size_t)out, 0, inputs * (size_t)out };
    return counts[op];
}

static nn_status_t add_layer(nn_net_t *net, const nn_layer_t *before, int32_t op, int32_t stride, int32_t out, int32_t source) {
    if (op == NN_ADD) {
        return nn_net_add_residual(net, source, ADD_MULTIPLIER, ADD_MULTIPLIER, 0, ADD_SHIFT, 0, -128, 127);
    }
    size_t weights = weight_count(before, op, out), parameters = op == NN_AVGPOOL ? 1 : (size_t)out;
    int32_t *bias = calloc(parameters, 4), *multiplier = calloc(parameters, 4);
    uint8_t *shift = calloc(parameters, 1);
    for (size_t i = 0; i < parameters; i++) {
        multiplier[i] = 1 << 30;
        shift[i] = SHIFT;
    }
    return nn_net_add(net, op, stride, out, -128, -128, -128, 127, some_bytes(weights), weights, bias, 4 * parameters,
        multiplier, 4 * parameters, shift, parameters);
}

static void read_layers(nn_net_t *net, int count, char **words) {
    nn_layer_t before = { .out_h = net->height, .out_w = net->width, .out_c = net->channels };
    for (int i = 0; i < count; i++) {
        int32_t op, stride, out, source = 0;
        if (sscanf(words[i], "%d,%d,%d,%d", &op, &stride, &out, &source) < 3 || op < 0 || op > NN_ADD) {
            fail(words[i]);
        }
        nn_status_t status = add_layer(net, &before, op, stride, out, source);
        if (status) {
            fail(nn_sentence(status));
        }
        before = net->layers[i];
    }
}

static void count_layers(const nn_net_t *net, const int8_t *picture, int8_t *arena) {
    const unsigned layers = (unsigned)net->layer_count;
    counter_start(layers);
    net->picture.kernel->run(&net->picture, picture, arena);
    counter_stop(layers);
    const int8_t *input = arena;
    for (unsigned i = 0; i < layers; i++) {
        const nn_layer_t *layer = &net->layers[i];
        int8_t *output = arena + layer->output_offset;
        const int8_t *source = layer->op == NN_ADD ? arena + net->layers[layer->add.source].output_offset : NULL;
        counter_start(i);
        if (source) {
            layer->kernel->run_two(layer, input, source, output);
        } else {
            layer->kernel->run(layer, input, output);
        }
        counter_stop(i);
        input = output;
    }
}

int main(int count, char **arguments) {
    if (count < 5 || count - 4 > COUNTER_SLOTS - 2) {
        fail("HEIGHT WIDTH CHANNELS LAYER...; see layers.c");
    }
    nn_net_t *net = malloc(nn_net_size());
    nn_status_t status = nn_net_init(net, atoi(arguments[1]), atoi(arguments[2]), atoi(arguments[3]));
    read_layers(net, count - 4, arguments + 4);
    uint32_t arena_size, packed_size;
    status = status ? status : nn_net_plan(net, &arena_size, &packed_size);
    status = status ? status : nn_net_pack(net, malloc(packed_size + 1), packed_size);
    if (status) {
        fail(nn_sentence(status));
    }
    size_t pixels = (size_t)net->height * (size_t)net->width * (size_t)net->channels;
    int8_t *picture = some_bytes(pixels), *arena = malloc(arena_size), *logits = malloc(nn_net_outputs(net));
    count_layers(net, picture, arena);
    counter_start((unsigned)net->layer_count + 1);
    status = nn_net_run(net, (const uint8_t *)picture, pixels, logits, nn_net_outputs(net), arena, arena_size);
    counter_stop((unsigned)net->layer_count + 1);
    return status;
}
