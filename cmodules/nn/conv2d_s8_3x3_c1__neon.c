// 3x3 over one input channel.
#include "nn_kernels.h"

#ifdef __ARM_NEON

#include "conv2d_rows__neon.h"

#define WEIGHTS (9 * 8) // [tap][output channel]

static bool accepts(const nn_layer_t *layer) {
    return layer->in_c == 1;
}

static size_t packed_size(const nn_layer_t *layer) {
    return conv2d_rows_packed_size(layer, WEIGHTS);
}

static void pack(nn_layer_t *layer) {
    conv2d_rows_pack(layer, WEIGHTS);
    for (int32_t oc = 0; oc < layer->out_c; ++oc) {
        conv2d_panel_t *panel = conv2d_rows_panel(layer, WEIGHTS, oc / 8);
        for (int32_t tap = 0; tap < 9; ++tap) {
            panel->weights[tap * 8 + oc % 8] = layer->weights[oc * 9 + tap];
        }
    }
}

// d0..d8 weights, d9..d11 a row of the window, q8 q9 multiplier, q10 q11 -shift, q12 output zero, d30 low, d31 high,
// q13 q14 accumulators. Two products meet in 16 bits before they widen: at most 2 * 128 * 127.
#define WINDOW \
    "vld3.8 {d9[], d10[], d11[]}, [%[r0]], %[step]\n\t" \
    "vld1.32 {d26-d29}, [%[panel]:128]\n\t" \
    "vmull.s8 q6, d9, d0\n\t" \
    "vmull.s8 q7, d11, d2\n\t" \
    "vmlal.s8 q6, d10, d1\n\t" \
    "vld3.8 {d9[], d10[], d11[]}, [%[r1]], %[step]\n\t" \
    "vmlal.s8 q7, d9, d3\n\t" \
    "vaddw.s16 q13, q13, d12\n\t" \
    "vaddw.s16 q14, q14, d13\n\t" \
    "vmull.s8 q6, d10, d4\n\t" \
    "vaddw.s16 q13, q13, d14\n\t" \
    "vaddw.s16 q14, q14, d15\n\t" \
    "vmlal.s8 q6, d11, d5\n\t" \
    "vld3.8 {d9[], d10[], d11[]}, [%[r2]], %[step]\n\t" \
    "vmull.s8 q7, d9, d6\n\t" \
    "vaddw.s16 q13, q13, d12\n\t" \
    "vaddw.s16 q14, q14, d13\n\t" \
    "vmlal.s8 q7, d10, d7\n\t" \
    "vmull.s8 q6, d11, d8\n\t" \
    "vaddw.s16 q13, q13, d14\n\t" \
    "vaddw.s16 q14, q14, d15\n\t" \
    "vaddw.s16 q13, q13, d12\n\t" \
    "vaddw.s16 q14, q14, d13\n\t" \
    "vqdmulh.s32 q13, q13, q8\n\t" \
    "vqdmulh.s32 q14, q14, q9\n\t" \
    "vrshl.s32 q13, q13, q10\n\t" \
    "vrshl.s32 q14, q14, q11\n\t" \
    "vqmovn.s32 d12, q13\n\t" \
    "vqmovn.s32 d13, q14\n\t" \
    "vqadd.s16 q6, q6, q12\n\t" \
    "vqmovn.s16 d12, q6\n\t" \
    "vmax.s8 d12, d12, d30\n\t" \
    "vmin.s8 d12, d12, d31\n\t" \
    "vst1.8 {d12}, [%[out]], %[out_step]\n\t"

static void row(const conv2d_panel_t *panel, const int8_t *const rows[3], size_t step, size_t count, int8_t *output,
    size_t output_step) {
    const int8_t *r0 = rows[0], *r1 = rows[1], *r2 = rows[2];
    const int32_t *rest = panel->multiplier;
    __asm__ volatile(
        "vldmia %[rest]!, {d16-d23}\n\t"
        "vldmia %[rest]!, {d24, d25}\n\t"
        "vldmia %[rest]!, {d30, d31}\n\t"
        "vldmia %[rest], {d0-d8}\n\t"
        "subs %[n], %[n], #2\n\t"
        "blt 2f\n"
        "1:\n\t"
        WINDOW
        "subs %[n], %[n], #2\n\t"
        WINDOW
        "bge 1b\n"
        "2:\n\t"
        "tst %[n], #1\n\t"
        "beq 3f\n\t"
        WINDOW
        "3:"
        : [r0] "+r"(r0), [r1] "+r"(r1), [r2] "+r"(r2), [n] "+r"(count), [out] "+r"(output), [rest] "+r"(rest)
        : [panel] "r"(panel), [step] "r"(step), [out_step] "r"(output_step)
        : "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15", "cc",
          "memory");
}

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    conv2d_rows_run(layer, WEIGHTS, row, input, output);
}

const nn_kernel_t conv2d_s8_3x3_c1__neon = {.run = run, .accepts = accepts, .packed_size = packed_size, .pack = pack};

#endif
