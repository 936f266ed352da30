#include "nn_kernels.h"
#include "nn_requantize.h"

typedef struct {
    int32_t height, width; // of the window
    int32_t step, row;     // bytes from one pixel and from one row of the input to the next
} window_t;

static int32_t window_sum(window_t window, const int8_t *corner) {
    int32_t sum = 0;
    for (int32_t y = 0; y < window.height; ++y, corner += window.row) {
        const int8_t *pixel = corner;
        #pragma GCC unroll 4
        for (int32_t x = 0; x < window.width; ++x, pixel += window.step) {
            sum += *pixel;
        }
    }
    return sum;
}

static void one_pixel(const nn_layer_t *layer, window_t window, const int8_t *corner, int8_t *output) {
    for (int32_t c = 0; c < layer->in_c; ++c) {
        const int32_t acc = layer->bias[0] + window_sum(window, corner + c);
        output[c] = nn_requantize(acc, layer->multiplier[0], layer->shift[0], layer->output_zero, layer->low,
            layer->high);
    }
}

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    const bool whole_map = layer->stride == 1;
    const window_t window = {
        .height = whole_map ? layer->in_h : layer->stride, .width = whole_map ? layer->in_w : layer->stride,
        .step = layer->in_c, .row = layer->in_w * layer->in_c,
    };
    for (int32_t y = 0; y < layer->out_h; ++y) {
        for (int32_t x = 0; x < layer->out_w; ++x, output += layer->out_c) {
            one_pixel(layer, window, input + y * window.height * window.row + x * window.width * window.step, output);
        }
    }
}

const nn_kernel_t avgpool_s8__c = {.run = run};
