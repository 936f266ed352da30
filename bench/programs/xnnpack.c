// XNNPACK's subgraph interface, one thread: int8 activations, int8 weights with a scale per channel. All activations get
// scale 1, so the scale of a channel's weights is exactly our multiplier; zero points, clamps and padding are ours.
//   xnnpack NETWORK CALLS

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <xnnpack.h>

#include "measure.h"
#include "network_file.h"
#include "results.h"

enum { INPUT, OUTPUT, EXTERNALS };
enum { CONV2D_3X3, DEPTHWISE_3X3, POINTWISE, AVGPOOL, DENSE };  // nn.h

static xnn_subgraph_t graph;

static void check(enum xnn_status status) {
    if (status != xnn_status_success) {
        fail("XNNPACK refuses the network");
    }
}

static uint32_t tensor(int32_t zero, size_t rank, const size_t *shape, uint32_t external, uint32_t flags) {
    uint32_t id;
    check(xnn_define_quantized_tensor_value(graph, xnn_datatype_qint8, zero, 1.0f, rank, shape, NULL, external, flags, &id));
    return id;
}

static const float *scales(const layer_t *layer) {
    float *scale = malloc(layer->parameters * sizeof(float));
    for (size_t i = 0; i < layer->parameters; i++) {
        scale[i] = ldexpf((float)layer->multiplier[i], -31 - layer->shift[i]);
    }
    return scale;
}

static uint32_t filter(const layer_t *layer, const float *scale) {
    size_t in = (size_t)layer->in_c, out = (size_t)layer->out_c;
    size_t shapes[][4] = { { out, 3, 3, in }, { 1, 3, 3, out }, { out, 1, 1, in }, { 0 }, { out, in } };
    uint32_t id;
    check(xnn_define_channelwise_quantized_tensor_value(graph, xnn_datatype_qcint8, scale, layer->op == DENSE ? 2 : 4,
        layer->op == DEPTHWISE_3X3 ? 3 : 0, shapes[layer->op], layer->weights, XNN_INVALID_VALUE_ID, 0, &id));
    return id;
}

// Our bias contains -input_zero * sum(weights), which XNNPACK adds itself.
static uint32_t bias(const layer_t *layer, const float *scale) {
    size_t channels = layer->parameters, taps = layer->weights_size / channels;
    bool depthwise = layer->op == DEPTHWISE_3X3;
    int32_t *values = malloc(channels * sizeof(int32_t));
    for (size_t c = 0; c < channels; c++) {
        values[c] = layer->bias[c];
        for (size_t tap = 0; tap < taps; tap++) {
            values[c] += layer->input_zero * layer->weights[depthwise ? tap * channels + c : c * taps + tap];
        }
    }
    uint32_t id;
    check(xnn_define_channelwise_quantized_tensor_value(graph, xnn_datatype_qcint32, scale, 1, 0, &channels, values,
        XNN_INVALID_VALUE_ID, 0, &id));
    return id;
}

static void weighted(const layer_t *layer, uint32_t input, uint32_t output) {
    const float *scale = scales(layer);
    uint32_t weights = filter(layer, scale), biases = bias(layer, scale);
    uint32_t stride = (uint32_t)layer->stride, pad = layer->op == POINTWISE ? 0 : 1, kernel = pad ? 3 : 1;
    float low = (float)(layer->low - layer->output_zero), high = (float)(layer->high - layer->output_zero);
    size_t in = (size_t)layer->in_c, out = (size_t)layer->out_c;
    // With an even input and stride 2 the padding on the right and below is never reached.
    if (layer->op == DENSE) {
        check(xnn_define_fully_connected(graph, low, high, input, weights, biases, output, 0));
    } else if (layer->op == DEPTHWISE_3X3) {
        check(xnn_define_depthwise_convolution_2d(graph, pad, pad, pad, pad, 3, 3, stride, stride, 1, 1, 1, in, low, high,
            input, weights, biases, output, 0));
    } else {
        check(xnn_define_convolution_2d(graph, pad, pad, pad, pad, kernel, kernel, stride, stride, 1, 1, 1, in, out, low,
            high, input, weights, biases, output, 0));
    }
}

static void pool(uint32_t input, uint32_t output) {
    static const size_t axes[] = { 1, 2 };
    check(xnn_define_static_reduce(graph, xnn_reduce_mean, 2, axes, input, output, 0));
}

static void define(const network_t *network) {
    size_t shape[] = { 1, (size_t)network->height, (size_t)network->width, (size_t)network->channels };
    uint32_t value = tensor(-128, 4, shape, INPUT, XNN_VALUE_FLAG_EXTERNAL_INPUT);
    for (int32_t i = 0; i < network->layer_count; i++) {
        const layer_t *layer = &network->layers[i];
        bool last = i == network->layer_count - 1, flat = layer->op == AVGPOOL || layer->op == DENSE;
        size_t map[] = { 1, (size_t)layer->out_h, (size_t)layer->out_w, (size_t)layer->out_c };
        size_t vector[] = { 1, (size_t)layer->out_c };
        uint32_t output = tensor(layer->output_zero, flat ? 2 : 4, flat ? vector : map,
            last ? OUTPUT : XNN_INVALID_VALUE_ID, last ? XNN_VALUE_FLAG_EXTERNAL_OUTPUT : 0);
        layer->op == AVGPOOL ? pool(value, output) : weighted(layer, value, output);
        value = output;
    }
}

int main(int count, char **arguments) {
    if (count != 3) {
        fail("NETWORK CALLS");
    }
    network_t network = network_read(arguments[1]);
    int8_t *picture = malloc(network.picture_size + XNN_EXTRA_BYTES), logits[16 + XNN_EXTRA_BYTES];
    for (size_t i = 0; i < network.picture_size; i++) {
        picture[i] = (int8_t)(network.picture[i] - 128);
    }
    xnn_runtime_t runtime;
    struct xnn_external_value externals[] = { { INPUT, picture }, { OUTPUT, logits } };
    check(xnn_initialize(NULL));
    check(xnn_create_subgraph(EXTERNALS, 0, &graph));
    define(&network);
    check(xnn_create_runtime_v2(graph, NULL, 0, &runtime));
    check(xnn_reshape_runtime(runtime));
    check(xnn_setup_runtime_v2(runtime, EXTERNALS, externals));
    enum xnn_status status = xnn_status_success;
    MEASURE(atoi(arguments[2]), status |= xnn_invoke_runtime(runtime));
    check(status);
    print_logits(logits, (uint32_t)network.layers[network.layer_count - 1].out_c);
    return 0;
}
