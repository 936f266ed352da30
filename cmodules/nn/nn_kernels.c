#include "nn_kernels.h"

const nn_kernel_entry_t nn_kernels[] = {
#define NN_KERNEL(op, isa, object) {op, NN_ISA_##isa, &object, #object},
#include "nn_kernels.inc"
#undef NN_KERNEL
};

const int32_t nn_kernel_count = sizeof nn_kernels / sizeof nn_kernels[0];

const nn_kernel_t *nn_kernel_choose(const nn_layer_t *layer, bool neon) {
    for (int32_t i = 0; i < nn_kernel_count; ++i) {
        const nn_kernel_entry_t *entry = &nn_kernels[i];
        const bool can_run = entry->isa != NN_ISA_neon || neon;
        if ((int32_t)entry->op == layer->op && can_run
            && (entry->kernel->accepts == NULL || entry->kernel->accepts(layer))) {
            return entry->kernel;
        }
    }
    return NULL;
}
