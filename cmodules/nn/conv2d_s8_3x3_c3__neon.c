// 3x3 over three input channels.
#include "nn_kernels.h"

#ifdef __ARM_NEON

#include "conv2d_rows__neon.h"

// For each row of the window, whose nine bytes are four pairs and one: the pairs for output channels 0 to 3 (each pair
// of channel 0, of channel 1, ...), for 4 to 7; then the ninth, paired with 0, for 0 to 3 and for 4 to 7.
#define ROW_WEIGHTS (80)
#define WEIGHTS (3 * ROW_WEIGHTS)

static bool accepts(const nn_layer_t *layer) {
    return layer->in_c == 3;
}

static size_t packed_size(const nn_layer_t *layer) {
    return conv2d_rows_packed_size(layer, WEIGHTS);
}

static size_t place(size_t i, size_t channel) {
    const size_t half = channel / 4, lane = channel % 4 * 2;
    return i == 8 ? 64 + half * 8 + lane : half * 32 + i / 2 * 8 + lane + i % 2;
}

static void pack(nn_layer_t *layer) {
    conv2d_rows_pack(layer, WEIGHTS);
    for (int32_t oc = 0; oc < layer->out_c; ++oc) {
        conv2d_panel_t *panel = conv2d_rows_panel(layer, WEIGHTS, oc / 8);
        for (int32_t i = 0; i < 27; ++i) {
            panel->weights[i / 9 * ROW_WEIGHTS + place(i % 9, oc % 8)] = layer->weights[oc * 27 + i];
        }
    }
}

// Two products meet in 16 bits before they widen: at most 2 * 128 * 127.
#define PIXEL(r, first, second) \
    "vld4.16 {d18[], d19[], d20[], d21[]}, [%[" r "]]!\n\t" \
    "vld1.8 {d22[]}, [%[" r "]], %[step]\n\t" \
    "vmull.s8 q12, d8, d18\n\t" \
    "vmull.s8 q13, d12, d18\n\t" \
    "vmull.s8 q14, d10, d20\n\t" \
    "vmull.s8 q15, d14, d20\n\t" \
    "vmlal.s8 q12, d9, d19\n\t" \
    "vmlal.s8 q13, d13, d19\n\t" \
    "vmlal.s8 q14, d11, d21\n\t" \
    "vmlal.s8 q15, d15, d21\n\t" \
    "vpadal.s16 " first ", q12\n\t" \
    "vpadal.s16 " second ", q13\n\t" \
    "vmull.s8 q12, d16, d22\n\t" \
    "vmull.s8 q13, d17, d22\n\t" \
    "vpadal.s16 " first ", q14\n\t" \
    "vpadal.s16 " second ", q15\n\t" \
    "vpadal.s16 " first ", q12\n\t" \
    "vpadal.s16 " second ", q13\n\t"

#define WEIGHTS_OF_ROW \
    "vld1.8 {d8-d11}, [%[w]]!\n\t" \
    "vld1.8 {d12-d15}, [%[w]]!\n\t" \
    "vld1.8 {d16, d17}, [%[w]]!\n\t"

// q4 q5 multiplier, q6 q7 -shift, q8 output zero, d18 low, d19 high.
#define SCALES \
    "vld1.32 {d8-d11}, [%[scales]:128]!\n\t" \
    "vld1.32 {d12-d15}, [%[scales]:128]!\n\t" \
    "vld1.32 {d16-d19}, [%[scales]:128]\n\t"

#define STORE(first, second) \
    "vqdmulh.s32 " first ", " first ", q4\n\t" \
    "vqdmulh.s32 " second ", " second ", q5\n\t" \
    "vrshl.s32 " first ", " first ", q6\n\t" \
    "vrshl.s32 " second ", " second ", q7\n\t" \
    "vqmovn.s32 d24, " first "\n\t" \
    "vqmovn.s32 d25, " second "\n\t" \
    "vqadd.s16 q12, q12, q8\n\t" \
    "vqmovn.s16 d24, q12\n\t" \
    "vmax.s8 d24, d24, d18\n\t" \
    "vmin.s8 d24, d24, d19\n\t" \
    "vst1.8 {d24}, [%[out]], %[out_step]\n\t"

#define OPERANDS \
    : [r0] "+r"(r[0]), [r1] "+r"(r[1]), [r2] "+r"(r[2]), [out] "+r"(output), [w] "+r"(w), [scales] "+r"(scales) \
    : [panel] "r"(panel), [step] "r"(step), [out_step] "r"(output_step) \
    : "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15", "memory"

// A pixel's row advances by the nine bytes' first eight and then by `step` - 8.
static void row(const conv2d_panel_t *panel, const int8_t *const rows[3], size_t pixel_step, size_t count,
    int8_t *output, size_t output_step) {
    const int8_t *r[3] = {rows[0], rows[1], rows[2]};
    const ptrdiff_t step = (ptrdiff_t)pixel_step - 8;
    for (; count >= 2; count -= 2) {
        const int8_t *w = panel->weights;
        const int32_t *scales = panel->multiplier;
        __asm__ volatile("vld1.32 {d0-d3}, [%[panel]:128]\n\t"
            "vld1.32 {d4-d7}, [%[panel]:128]\n\t"
            WEIGHTS_OF_ROW PIXEL("r0", "q0", "q1") PIXEL("r0", "q2", "q3")
            WEIGHTS_OF_ROW PIXEL("r1", "q0", "q1") PIXEL("r1", "q2", "q3")
            WEIGHTS_OF_ROW PIXEL("r2", "q0", "q1") PIXEL("r2", "q2", "q3")
            SCALES STORE("q0", "q1") STORE("q2", "q3") OPERANDS);
    }
    if (count > 0) {
        const int8_t *w = panel->weights;
        const int32_t *scales = panel->multiplier;
        __asm__ volatile("vld1.32 {d0-d3}, [%[panel]:128]\n\t"
            WEIGHTS_OF_ROW PIXEL("r0", "q0", "q1") WEIGHTS_OF_ROW PIXEL("r1", "q0", "q1")
            WEIGHTS_OF_ROW PIXEL("r2", "q0", "q1") SCALES STORE("q0", "q1") OPERANDS);
    }
}

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    conv2d_rows_run(layer, WEIGHTS, row, input, output);
}

const nn_kernel_t conv2d_s8_3x3_c3__neon = {.run = run, .accepts = accepts, .packed_size = packed_size, .pack = pack};

#endif
