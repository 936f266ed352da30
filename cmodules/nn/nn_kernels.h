// The kernels of nn_kernels.inc. Each equals the portable C kernel of its operator in every bit.
#ifndef NN_KERNELS_H
#define NN_KERNELS_H

#include "nn.h"

// Shapes, lengths and ranges were checked by nn_net_add(). No kernel reads or writes outside its tensors. Input and
// output do not overlap, but run_two's output may be its input or its source: element i is written after element i of
// both was read, and no element is read again after it was written.
struct nn_kernel {
    void (*run)(const nn_layer_t *layer, const int8_t *input, int8_t *output);
    void (*run_two)(const nn_layer_t *layer, const int8_t *input, const int8_t *source, int8_t *output); // NN_ADD
    bool (*accepts)(const nn_layer_t *layer);       // NULL: every layer of the operator
    size_t (*packed_size)(const nn_layer_t *layer); // bytes for rearranged parameters and scratch; NULL: none
    void (*pack)(nn_layer_t *layer);                // fills layer->packed, once
};

typedef enum { NN_ISA_c, NN_ISA_neon } nn_isa_t;

typedef struct {
    nn_operator_t op;
    nn_isa_t isa;
    const nn_kernel_t *kernel;
    const char *name;
} nn_kernel_entry_t;

#define NN_KERNEL(op, isa, object) extern const nn_kernel_t object;
#include "nn_kernels.inc"
#undef NN_KERNEL

// nn_kernels.inc as a table, in its order.
extern const nn_kernel_entry_t nn_kernels[];
extern const int32_t nn_kernel_count;

// The first kernel of the list that takes the layer.
const nn_kernel_t *nn_kernel_choose(const nn_layer_t *layer, bool neon);

#endif
