#include "nn_kernels.h"
#include "nn_layer.h"

// Pixel p becomes p - 128, which flips the sign bit.
static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    const uint64_t count = nn_input_count(layer);
    for (size_t i = 0; i < count; ++i) {
        output[i] = (int8_t)(input[i] ^ -128);
    }
}

const nn_kernel_t picture_u8__c = {.run = run};
