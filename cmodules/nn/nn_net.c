#include "nn.h"

#include <string.h>

#include "nn_layer.h"

static bool side_fits(int32_t side) {
    return side >= 1 && side <= NN_MAX_SIDE;
}

size_t nn_net_size(void) {
    return sizeof(nn_net_t);
}

nn_status_t nn_net_init(nn_net_t *net, int32_t height, int32_t width, int32_t channels) {
    memset(net, 0, sizeof *net);
    if (!side_fits(height) || !side_fits(width) || !side_fits(channels)) {
        return NN_INPUT_SHAPE;
    }
    net->height = height;
    net->width = width;
    net->channels = channels;
    return NN_OK;
}

static void set_input_shape(const nn_net_t *net, nn_layer_t *layer) {
    const nn_layer_t *before = net->layer_count ? &net->layers[net->layer_count - 1] : NULL;
    layer->in_h = before ? before->out_h : net->height;
    layer->in_w = before ? before->out_w : net->width;
    layer->in_c = before ? before->out_c : net->channels;
}

nn_status_t nn_net_add(nn_net_t *net, int32_t op, int32_t stride, int32_t out_channels, int32_t input_zero,
    int32_t output_zero, int32_t low, int32_t high, const void *weights, size_t weights_size, const void *bias,
    size_t bias_size, const void *multiplier, size_t multiplier_size, const void *shift, size_t shift_size) {
    if (net->arena_size != 0) {
        return NN_FINISHED;
    }
    if (net->layer_count == NN_MAX_LAYERS) {
        return NN_TOO_MANY_LAYERS;
    }
    nn_layer_t *layer = &net->layers[net->layer_count];
    *layer = (nn_layer_t) {
        .op = op, .stride = stride, .out_c = out_channels, .input_zero = input_zero, .output_zero = output_zero,
        .low = low, .high = high, .weights = weights, .bias = bias, .multiplier = multiplier, .shift = shift,
    };
    set_input_shape(net, layer);
    nn_status_t status = nn_layer_check(layer, (nn_sizes_t) {weights_size, bias_size, multiplier_size, shift_size});
    if (status == NN_OK) {
        net->layer_count += 1;
    }
    return status;
}

nn_status_t nn_net_plan(nn_net_t *net, uint32_t *arena_size) {
    if (net->layer_count == 0) {
        return NN_NO_LAYERS;
    }
    for (int32_t i = 0; i < net->layer_count; ++i) {
        const nn_layer_t *layer = &net->layers[i];
        const uint32_t both = (uint32_t)(nn_input_count(layer) + nn_output_count(layer));
        if (both > net->arena_size) {
            net->arena_size = both;
        }
    }
    *arena_size = net->arena_size;
    return NN_OK;
}

uint32_t nn_net_outputs(const nn_net_t *net) {
    return net->layer_count ? (uint32_t)nn_output_count(&net->layers[net->layer_count - 1]) : 0;
}
