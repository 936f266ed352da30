// Every kernel of nn_kernels.inc against the last of its operator, which is the plainest C, for a grid of shapes with
// random and extreme parameters.
//
//   nn_grid [RANDOM_CASES]   per operator, besides the grid; differences are printed, exit status 1 if there are any
//   nn_grid --self-check     the same with one bit of every kernel's output changed: must find differences
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu.h"
#include "nn_grid.h"
#include "nn_kernels.h"
#include "nn_layer.h"

#define PRINTED (20) // differences

static grid_fence_t inputs, sources, outputs, packed;
static int8_t expected[GRID_FENCE_SIZE];
static const nn_kernel_entry_t *tested;
static nn_layer_t layer;
static uint32_t cases, differences;
static bool spoil;

static void describe(const char *what) {
    printf("%s: %s: %dx%dx%d to %dx%dx%d stride %d, zero %d to %d, clamp %d..%d", tested->name, what, (int)layer.in_h,
        (int)layer.in_w, (int)layer.in_c, (int)layer.out_h, (int)layer.out_w, (int)layer.out_c, (int)layer.stride,
        (int)layer.input_zero, (int)layer.output_zero, (int)layer.low, (int)layer.high);
    if (layer.op == NN_ADD) {
        printf(", multipliers %d %d, bias %d, shift %d", (int)layer.add.multiplier[0], (int)layer.add.multiplier[1],
            (int)layer.add.bias, (int)layer.add.shift);
    } else if (layer.op != NN_PICTURE) {
        printf(", channel 0: bias %d, multiplier %d, shift %d", (int)layer.bias[0], (int)layer.multiplier[0],
            layer.shift[0]);
    }
    putchar('\n');
}

static void out_of_bounds(int number) {
    (void)number;
    describe("access outside its memory");
    fflush(stdout);
    _exit(1);
}

static void fill(int8_t *tensor, size_t count) {
    const uint32_t kind = grid_random(5);
    for (size_t i = 0; i < count; ++i) {
        const int32_t value = grid_between(-128, 127);
        tensor[i] = kind == 0 ? -128 : kind == 1 ? (value < 0 ? -128 : 127) : kind == 2 ? 127 : value;
    }
}

static void run(const nn_kernel_t *kernel, const int8_t *input, const int8_t *source, int8_t *output) {
    const bool at_end = grid_random(2);
    layer.packed_size = kernel->packed_size ? (kernel->packed_size(&layer) + 15) / 16 * 16 : 0;
    layer.packed = grid_fence_place(&packed, layer.packed_size, at_end);
    if (kernel->pack) {
        kernel->pack(&layer);
    }
    if (layer.op == NN_ADD) {
        kernel->run_two(&layer, input, source, output);
    } else {
        kernel->run(&layer, input, output);
    }
}

static void report(size_t count) {
    const bool intact = grid_fence_intact(&inputs) && grid_fence_intact(&sources) && grid_fence_intact(&outputs)
        && grid_fence_intact(&packed);
    size_t wrong = 0;
    for (size_t i = 0; i < count; ++i) {
        wrong += outputs.block[i] != expected[i];
    }
    if ((wrong || !intact) && differences++ < PRINTED) {
        char what[40];
        snprintf(what, sizeof what, "%u of %u differ", (unsigned)wrong, (unsigned)count);
        describe(intact ? what : "bytes around a tensor changed");
    }
}

static const nn_kernel_entry_t *plainest(nn_operator_t op) {
    const nn_kernel_entry_t *last = NULL;
    for (int32_t i = 0; i < nn_kernel_count; ++i) {
        last = nn_kernels[i].op == op ? &nn_kernels[i] : last;
    }
    return last;
}

static void each(const grid_case_t *at) {
    layer = grid_layer(at);
    if (tested->kernel->accepts && !tested->kernel->accepts(&layer)) {
        return;
    }
    const size_t in = nn_input_count(&layer), out = nn_output_count(&layer);
    int8_t *input = grid_fence_place(&inputs, in, grid_random(2));
    int8_t *source = grid_fence_place(&sources, in, grid_random(2));
    int8_t *output = grid_fence_place(&outputs, out, grid_random(2));
    fill(input, in);
    fill(source, in);
    run(plainest(at->op)->kernel, input, source, output);
    memcpy(expected, output, out);
    const uint32_t replaced = layer.op == NN_ADD ? grid_random(3) : 0; // nothing, the input, the source
    memset(output, 0x33, out);
    if (replaced != 0) {
        memcpy(output, replaced == 1 ? input : source, in);
    }
    run(tested->kernel, replaced == 1 ? output : input, replaced == 2 ? output : source, output);
    output[grid_random((uint32_t)out)] ^= spoil;
    cases += 1;
    report(out);
}

int main(int count, char **arguments) {
    spoil = count > 1 && strcmp(arguments[1], "--self-check") == 0;
    const uint32_t more = count > 1 && !spoil ? strtoul(arguments[1], NULL, 10) : 100;
    if (!cpu_has_neon()) {
        fputs("this processor has no NEON\n", stderr);
        return 2;
    }
    signal(SIGSEGV, out_of_bounds);
    grid_fence_t *const fences[] = {&inputs, &sources, &outputs, &packed};
    for (int i = 0; i < 4; ++i) {
        grid_fence_init(fences[i]);
    }
    uint32_t all = 0;
    for (int32_t i = 0; i < nn_kernel_count; ++i) {
        tested = &nn_kernels[i];
        if (tested != plainest(tested->op)) {
            cases = differences = 0;
            grid_cases(tested->op, more, each);
            printf("%s: %u cases, %u different\n", tested->name, (unsigned)cases, (unsigned)differences);
            all += differences;
        }
    }
    return all != 0;
}
