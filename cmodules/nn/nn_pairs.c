#include "nn_pairs.h"

enum { CHANNELS = 8, BITS = 24, MAGNITUDES = 1 << 16 };

// In layer->packed; channels are rounded up to a multiple of 8.
typedef struct {
    nn_scale_t *scales; // [out_c]
    int32_t *sums;      // [channels][NN_SCALE_PIXELS]
    int32_t *pairs;     // [channels / 8][count][4]
} memory_t;

static int32_t channels(const nn_layer_t *layer) {
    return (layer->out_c + CHANNELS - 1) / CHANNELS * CHANNELS;
}

static memory_t memory(const nn_layer_t *layer) {
    nn_scale_t *scales = layer->packed;
    int32_t *sums = (int32_t *)(scales + layer->out_c);
    return (memory_t) {scales, sums, sums + channels(layer) * NN_SCALE_PIXELS};
}

static bool weights_fit(const int8_t *weights, int32_t count) {
    int32_t sum = 0;
    for (int32_t i = 0; i < count && sum < MAGNITUDES; ++i) {
        sum += weights[i] < 0 ? -weights[i] : weights[i];
    }
    return sum < MAGNITUDES;
}

bool nn_pairs_fit(const nn_layer_t *layer, int32_t count) {
    for (int32_t oc = 0; oc < layer->out_c; ++oc) {
        if (!weights_fit(layer->weights + oc * count, count)) {
            return false;
        }
    }
    return nn_scale_fits(layer);
}

size_t nn_pairs_size(const nn_layer_t *layer, int32_t count) {
    return layer->out_c * sizeof(nn_scale_t) + channels(layer) * (2 * NN_SCALE_PIXELS + (size_t)count) * sizeof(int32_t) / 2;
}

// Channels behind the last have weights of 0.
static int32_t weight(const nn_layer_t *layer, int32_t count, int32_t oc, int32_t i) {
    return oc < layer->out_c ? layer->weights[oc * count + i] : 0;
}

void nn_pairs_pack(const nn_layer_t *layer, int32_t count) {
    int32_t *pairs = memory(layer).pairs;
    nn_scale_pack(layer, memory(layer).scales);
    for (int32_t oc = 0; oc < layer->out_c; oc += CHANNELS) {
        for (int32_t i = 0; i < count; ++i) {
            for (int32_t pair = 0; pair < CHANNELS; pair += 2) {
                *pairs++ = weight(layer, count, oc + pair, i) + weight(layer, count, oc + pair + 1, i) * (1 << BITS);
            }
        }
    }
}

// A pair of sums starts here, so that the lower sum is never negative and borrows nothing from the upper one.
#define START (INT64_C(1) << (BITS - 1))

static inline int32_t lower(int64_t sums) {
    return (int32_t)(sums & ((1 << BITS) - 1)) - (int32_t)START;
}

static inline int32_t upper(int64_t sums) {
    return (int32_t)(sums >> BITS);
}

#define ADD_PRODUCTS(i) \
    a += (int64_t)input[i] * pairs[4 * (i)]; \
    b += (int64_t)input[i] * pairs[4 * (i) + 1]; \
    c += (int64_t)input[i] * pairs[4 * (i) + 2]; \
    d += (int64_t)input[i] * pairs[4 * (i) + 3];

static inline void eight_sums(int32_t count, const int32_t *pairs, const int8_t *input, int32_t *sums) {
    int64_t a = START, b = START, c = START, d = START;
    const int8_t *const end = input + count, *const end8 = end - (count & 7);
    for (; input != end8; input += 8, pairs += 32) {
        ADD_PRODUCTS(0)
        ADD_PRODUCTS(1)
        ADD_PRODUCTS(2)
        ADD_PRODUCTS(3)
        ADD_PRODUCTS(4)
        ADD_PRODUCTS(5)
        ADD_PRODUCTS(6)
        ADD_PRODUCTS(7)
    }
    for (; input != end; ++input, pairs += 4) {
        ADD_PRODUCTS(0)
    }
    const int64_t all[CHANNELS / 2] = {a, b, c, d};
    #pragma GCC unroll 4
    for (int32_t i = 0; i < CHANNELS / 2; ++i, sums += 2 * NN_SCALE_PIXELS) {
        sums[0] = lower(all[i]);
        sums[NN_SCALE_PIXELS] = upper(all[i]);
    }
}

void nn_pairs_run(const nn_layer_t *layer, int32_t count, const int8_t *input, int32_t pixels, int8_t *output) {
    const memory_t m = memory(layer);
    const int32_t *pairs = m.pairs;
    for (int32_t *sums = m.sums; sums != m.pairs; sums += CHANNELS * NN_SCALE_PIXELS, pairs += CHANNELS / 2 * count) {
        for (int32_t i = 0; i < pixels; ++i) {
            eight_sums(count, pairs, input + i * count, sums + i);
        }
    }
    nn_scale_run(m.scales, layer->out_c, m.sums, pixels, output);
}
