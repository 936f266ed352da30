#include "nn_dot.h"
#include "nn_kernels.h"
#include "nn_requantize.h"

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    const int32_t pixels = layer->in_h * layer->in_w;
    for (int32_t i = 0; i < pixels; ++i, input += layer->in_c, output += layer->out_c) {
        const int8_t *weights = layer->weights;
        for (int32_t oc = 0; oc < layer->out_c; ++oc, weights += layer->in_c) {
            const int32_t acc = layer->bias[oc] + nn_dot_s8(input, weights, layer->in_c);
            output[oc] = nn_requantize(acc, layer->multiplier[oc], layer->shift[oc], layer->output_zero, layer->low,
                layer->high);
        }
    }
}

const nn_kernel_t pointwise_s8__c = {.run = run};
