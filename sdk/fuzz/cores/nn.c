// Networks as the input says, mostly legal: every buffer is exactly as long as it must be, or off by one. A network that
// is accepted must run, and its logits must not depend on what was in the memory it was given.
#include <stdbool.h>
#include <stdio.h>

#include "bytes.h"
#include "nn.h"

#define MAX_LAYERS (6)
#define MAX_RUN (20000u) // values of a network's largest layer times its weights, so that a run stays short

enum {
    TWIST_NONE,
    TWIST_WEIGHTS,
    TWIST_BIAS,
    TWIST_MULTIPLIER,
    TWIST_SHIFT,
    TWIST_NUMBERS, // any 32-bit numbers instead of plausible ones
    TWIST_CONTENT, // any parameters instead of plausible ones
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    nn_net_t net;
    int32_t h, w, c; // of the last layer's output
    void *blocks[4 * MAX_LAYERS];
    int block_count;
    uint64_t work;
} network_t;

static uint8_t *keep(network_t *self, size_t size) {
    return self->blocks[self->block_count++] = block(size);
}

// Pseudo-random bytes that begin with some of the input.
static void fill(uint8_t *bytes, size_t size, bytes_t *input) {
    uint32_t state = take(input) * 0x01000193u + 1;
    for (size_t i = 0; i < size; ++i) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = i < 4 ? take(input) : (uint8_t)(state >> 24);
    }
}

static uint64_t weights_wanted(const network_t *self, int32_t op, int32_t out_c) {
    switch (op) {
        case NN_CONV2D_3X3:
            return 9u * (uint64_t)self->c * out_c;
        case NN_DEPTHWISE_3X3:
            return 9u * (uint64_t)out_c;
        case NN_POINTWISE:
            return (uint64_t)self->c * out_c;
        case NN_DENSE:
            return (uint64_t)self->h * self->w * self->c * out_c;
        default:
            return 0;
    }
}

static void plausible(uint8_t *weights, size_t count, int32_t *bias, int32_t *multiplier, uint8_t *shift, size_t n) {
    for (size_t i = 0; i < count; ++i) {
        weights[i] = weights[i] == 0x80 ? 0 : weights[i];
    }
    for (size_t i = 0; i < n; ++i) {
        bias[i] >>= 8;
        multiplier[i] = (multiplier[i] & 0x3FFFFFFF) | 0x40000000;
        shift[i] = shift[i] % 31 + 1;
    }
}

static size_t length(uint64_t wanted, int twist, int which, uint8_t more) {
    return wanted + (twist == which ? (more & 1 ? 1 : wanted ? -1 : 0) : 0);
}

static void follow(network_t *self, uint64_t weights) {
    const nn_layer_t *layer = &self->net.layers[self->net.layer_count - 1];
    self->h = layer->out_h;
    self->w = layer->out_w;
    self->c = layer->out_c;
    self->work += (uint64_t)self->h * self->w * (weights + self->c);
}

static void add_residual(network_t *self, bytes_t *input, int twist) {
    int32_t numbers[5]; // source, multipliers, bias, shift
    numbers[0] = self->net.layer_count ? take(input) % (self->net.layer_count + 1) : take(input);
    for (int i = 1; i < 5; ++i) {
        numbers[i] = (int32_t)take_32(input);
    }
    if (twist != TWIST_NUMBERS) {
        numbers[1] = (numbers[1] & NN_ADD_MULTIPLIER_MAX) | 1;
        numbers[2] = (numbers[2] & NN_ADD_MULTIPLIER_MAX) | 1;
        numbers[3] >>= 2;
        numbers[4] = numbers[4] & 15 ? numbers[4] & 15 : 1;
    }
    const int8_t zero = (int8_t)take(input);
    if (nn_net_add_residual(&self->net, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], zero, -128, 127)
        == NN_OK) {
        follow(self, 1);
    }
}

static void add_layer(network_t *self, bytes_t *input) {
    const int twist = take(input) % 32; // mostly none
    const int32_t op = take(input) % NN_OPERATOR_COUNT;
    if (op == NN_ADD) {
        add_residual(self, input, twist);
        return;
    }
    const uint8_t shape = take(input);
    int32_t stride = (shape & 3) ? 1 : 2;
    int32_t out_c = op == NN_DEPTHWISE_3X3 || op == NN_AVGPOOL ? self->c : 1 + (shape >> 2) % 24;
    int32_t zero = (int8_t)take(input), out_zero = (int8_t)take(input), low = (int8_t)take(input), high = 127;
    if (twist == TWIST_NUMBERS) {
        stride = (int32_t)take_32(input);
        high = (int32_t)take_32(input);
        zero = (int32_t)take_32(input);
    }
    const uint64_t weights_size = weights_wanted(self, op, out_c);
    if (self->work + weights_size * self->h * self->w > MAX_RUN) {
        return;
    }
    const size_t n = op == NN_AVGPOOL ? 1 : out_c;
    const uint8_t more = take(input);
    const size_t sizes[4] = {length(weights_size, twist, TWIST_WEIGHTS, more), length(4 * n, twist, TWIST_BIAS, more),
        length(4 * n, twist, TWIST_MULTIPLIER, more), length(n, twist, TWIST_SHIFT, more)};
    uint8_t *blocks[4];
    for (int i = 0; i < 4; ++i) {
        blocks[i] = keep(self, sizes[i]);
        fill(blocks[i], sizes[i], input);
    }
    if (twist != TWIST_CONTENT) {
        const size_t least = sizes[3] < n ? sizes[3] : n;
        plausible(blocks[0], sizes[0], (int32_t *)blocks[1], (int32_t *)blocks[2], blocks[3],
            sizes[1] < 4 * least || sizes[2] < 4 * least ? 0 : least);
    }
    if (nn_net_add(&self->net, op, stride, out_c, zero, out_zero, low, high, weights_size ? blocks[0] : NULL, sizes[0],
        blocks[1], sizes[1], blocks[2], sizes[2], blocks[3], sizes[3]) == NN_OK) {
        follow(self, weights_size);
    }
}

static int8_t *run(network_t *self, const uint8_t *picture, size_t picture_size, uint8_t garbage) {
    const uint32_t outputs = nn_net_outputs(&self->net);
    int8_t *logits = block(outputs);
    memset(logits, garbage, outputs);
    void *arena = block(self->net.arena_size);
    memset(arena, garbage, self->net.arena_size);
    const nn_status_t status = nn_net_run(&self->net, picture, picture_size, logits, outputs, arena, self->net.arena_size);
    free(arena);
    if (status != NN_OK) {
        fprintf(stderr, "fuzz: an accepted network does not run: %s\n", nn_sentence(status));
        abort();
    }
    return logits;
}

static void plan_and_run(network_t *self, bytes_t *input, int32_t h, int32_t w, int32_t c) {
    uint32_t arena_size, packed_size;
    if (nn_net_plan(&self->net, &arena_size, &packed_size) != NN_OK) {
        return;
    }
    void *packed = packed_size ? block(packed_size) : NULL;
    if (nn_net_pack(&self->net, packed, packed_size) != NN_OK) {
        fprintf(stderr, "fuzz: a planned network does not pack\n");
        abort();
    }
    const size_t size = (size_t)h * w * c;
    uint8_t *picture = block(size);
    fill(picture, size, input);
    int8_t *first = run(self, picture, size, 0xAA), *second = run(self, picture, size, 0x55);
    if (memcmp(first, second, nn_net_outputs(&self->net)) != 0) {
        fprintf(stderr, "fuzz: the logits depend on what was in the memory\n");
        abort();
    }
    free(first);
    free(second);
    free(picture);
    free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bytes_t input = {data, size};
    network_t *self = block(sizeof *self);
    memset(self, 0, sizeof *self);
    const int32_t h = 1 + take(&input) % 9, w = 1 + take(&input) % 9, c = 1 + take(&input) % 20;
    self->h = h;
    self->w = w;
    self->c = c;
    if (nn_net_init(&self->net, h, w, c) != NN_OK) {
        abort();
    }
    const int count = 1 + take(&input) % MAX_LAYERS;
    for (int i = 0; i < count; ++i) {
        add_layer(self, &input);
    }
    plan_and_run(self, &input, h, w, c);
    for (int i = 0; i < self->block_count; ++i) {
        free(self->blocks[i]);
    }
    free(self);
    return 0;
}
