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

static nn_status_t next_layer(nn_net_t *net, nn_layer_t **layer) {
    *layer = &net->layers[net->layer_count];
    if (net->arena_size != 0) {
        return NN_FINISHED;
    }
    return net->layer_count == NN_MAX_LAYERS ? NN_TOO_MANY_LAYERS : NN_OK;
}

static nn_status_t keep(nn_net_t *net, nn_status_t checked) {
    net->layer_count += checked == NN_OK;
    return checked;
}

nn_status_t nn_net_add(nn_net_t *net, int32_t op, int32_t stride, int32_t out_channels, int32_t input_zero,
    int32_t output_zero, int32_t low, int32_t high, const void *weights, size_t weights_size, const void *bias,
    size_t bias_size, const void *multiplier, size_t multiplier_size, const void *shift, size_t shift_size) {
    nn_layer_t *layer;
    nn_status_t status = next_layer(net, &layer);
    if (status != NN_OK) {
        return status;
    }
    *layer = (nn_layer_t) {
        .op = op, .stride = stride, .out_c = out_channels, .input_zero = input_zero, .output_zero = output_zero,
        .low = low, .high = high, .weights = weights, .bias = bias, .multiplier = multiplier, .shift = shift,
    };
    set_input_shape(net, layer);
    return keep(net, nn_layer_check(layer, (nn_sizes_t) {weights_size, bias_size, multiplier_size, shift_size}));
}

nn_status_t nn_net_add_residual(nn_net_t *net, int32_t source, int32_t input_multiplier, int32_t source_multiplier,
    int32_t bias, int32_t shift, int32_t output_zero, int32_t low, int32_t high) {
    nn_layer_t *layer;
    nn_status_t status = next_layer(net, &layer);
    if (status != NN_OK) {
        return status;
    }
    if (source < 0 || source >= net->layer_count - 1) {
        return NN_SOURCE;
    }
    *layer = (nn_layer_t) {
        .op = NN_ADD, .stride = 1, .output_zero = output_zero, .low = low, .high = high,
        .add = {.source = source, .multiplier = {input_multiplier, source_multiplier}, .bias = bias, .shift = shift},
    };
    set_input_shape(net, layer);
    return keep(net, nn_layer_check_add(layer, &net->layers[source]));
}

uint32_t nn_net_outputs(const nn_net_t *net) {
    return net->layer_count ? (uint32_t)nn_output_count(&net->layers[net->layer_count - 1]) : 0;
}
