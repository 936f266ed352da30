#include "nn_kernels.h"
#include "nn_layer.h"

#ifdef __ARM_NEON

#include <arm_neon.h>

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    const int8x16_t sign = vdupq_n_s8(-128);
    size_t left = nn_input_count(layer);
    for (; left >= 64; left -= 64, input += 64, output += 64) {
        const int8x16x4_t in = vld1q_s8_x4(input);
        const int8x16x4_t out = {{veorq_s8(in.val[0], sign), veorq_s8(in.val[1], sign), veorq_s8(in.val[2], sign),
            veorq_s8(in.val[3], sign)}};
        vst1q_s8_x4(output, out);
    }
    for (; left >= 8; left -= 8, input += 8, output += 8) {
        vst1_s8(output, veor_s8(vld1_s8(input), vget_low_s8(sign)));
    }
    for (; left > 0; --left) {
        *output++ = (int8_t)(*input++ ^ -128);
    }
}

const nn_kernel_t picture_u8__neon = {.run = run};

#endif
