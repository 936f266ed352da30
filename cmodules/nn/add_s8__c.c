#include "nn_kernels.h"
#include "nn_layer.h"

static void run_two(const nn_layer_t *layer, const int8_t *input, const int8_t *source, int8_t *output) {
    const nn_add_t *add = &layer->add;
    const uint32_t count = (uint32_t)nn_output_count(layer);
    for (uint32_t i = 0; i < count; ++i) {
        const int32_t acc = add->bias + input[i] * add->multiplier[0] + source[i] * add->multiplier[1];
        const int32_t y = (int32_t)((acc + (INT64_C(1) << (add->shift - 1))) >> add->shift);
        const int32_t q = y + layer->output_zero;
        output[i] = (int8_t)(q < layer->low ? layer->low : q > layer->high ? layer->high : q);
    }
}

const nn_kernel_t add_s8__c = {.run_two = run_two};
