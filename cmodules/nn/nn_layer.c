#include "nn_layer.h"

#include "nn_requantize.h"

static bool is_int8(int32_t value) {
    return value >= -128 && value <= 127;
}

static bool is_3x3(const nn_layer_t *layer) {
    return layer->op == NN_CONV2D_3X3 || layer->op == NN_DEPTHWISE_3X3;
}

static bool keeps_channels(const nn_layer_t *layer) {
    return layer->op == NN_DEPTHWISE_3X3 || layer->op == NN_AVGPOOL;
}

static int32_t largest_stride(const nn_layer_t *layer) {
    if (layer->op == NN_AVGPOOL) {
        return layer->in_h < layer->in_w ? layer->in_h : layer->in_w;
    }
    return is_3x3(layer) ? 2 : 1;
}

static nn_status_t check_output_range(const nn_layer_t *layer) {
    if (!is_int8(layer->input_zero) || !is_int8(layer->output_zero)) {
        return NN_ZERO_POINT;
    }
    return is_int8(layer->low) && is_int8(layer->high) && layer->low <= layer->high ? NN_OK : NN_CLAMP;
}

static nn_status_t check_numbers(const nn_layer_t *layer) {
    if (layer->op < 0 || layer->op > NN_DENSE) {
        return NN_OPERATOR;
    }
    if (layer->stride < 1 || (layer->stride > 1 && layer->stride > largest_stride(layer))) {
        return NN_STRIDE;
    }
    if (layer->out_c < 1 || layer->out_c > NN_MAX_SIDE || (keeps_channels(layer) && layer->out_c != layer->in_c)) {
        return NN_OUT_CHANNELS;
    }
    return check_output_range(layer);
}

static int32_t out_side(const nn_layer_t *layer, int32_t side) {
    if (layer->op == NN_AVGPOOL) {
        return layer->stride == 1 ? 1 : side / layer->stride;
    }
    return layer->op == NN_DENSE ? 1 : (side - 1) / layer->stride + 1;
}

static void set_output_shape(nn_layer_t *layer) {
    layer->out_h = out_side(layer, layer->in_h);
    layer->out_w = out_side(layer, layer->in_w);
}

static uint64_t pool_window(const nn_layer_t *layer) {
    const bool whole_map = layer->stride == 1;
    return whole_map ? (uint64_t)layer->in_h * layer->in_w : (uint64_t)layer->stride * layer->stride;
}

// Weights of one output channel; at most 4096^3 = 2^36.
static uint64_t weights_per_output(const nn_layer_t *layer) {
    switch (layer->op) {
        case NN_CONV2D_3X3:
            return 9 * (uint64_t)layer->in_c;
        case NN_DEPTHWISE_3X3:
            return 9;
        case NN_POINTWISE:
            return layer->in_c;
        case NN_DENSE:
            return nn_input_count(layer);
        default:
            return 0;
    }
}

static size_t parameter_count(const nn_layer_t *layer) {
    return layer->op == NN_AVGPOOL ? 1 : layer->out_c;
}

static nn_status_t check_lengths(const nn_layer_t *layer, nn_sizes_t sizes) {
    const size_t count = parameter_count(layer);
    if (sizes.weights != weights_per_output(layer) * layer->out_c) {
        return NN_WEIGHTS_LENGTH;
    }
    if (sizes.bias != count * sizeof(int32_t) || sizes.multiplier != count * sizeof(int32_t) || sizes.shift != count) {
        return NN_PARAMETERS_LENGTH;
    }
    const bool aligned = ((uintptr_t)layer->bias | (uintptr_t)layer->multiplier) % sizeof(int32_t) == 0;
    return aligned ? NN_OK : NN_ALIGNMENT;
}

static nn_status_t check_parameters(const nn_layer_t *layer) {
    const size_t count = parameter_count(layer);
    for (size_t i = 0; i < count; ++i) {
        if (layer->multiplier[i] < NN_MULTIPLIER_MIN) {
            return NN_MULTIPLIER;
        }
        if (layer->shift[i] < NN_SHIFT_MIN || layer->shift[i] > NN_SHIFT_MAX) {
            return NN_SHIFT;
        }
    }
    return NN_OK;
}

// Sum of the magnitudes of one output channel's weights; UINT64_MAX if one of them is -128.
static uint64_t weight_magnitude(const nn_layer_t *layer, size_t channel) {
    const bool depthwise = layer->op == NN_DEPTHWISE_3X3;
    const size_t count = weights_per_output(layer);
    const size_t step = depthwise ? layer->out_c : 1;
    const int8_t *weight = layer->weights + (depthwise ? channel : channel * count);
    uint64_t sum = 0;
    for (size_t i = 0; i < count; ++i) {
        const int32_t value = weight[i * step];
        if (value == -128) {
            return UINT64_MAX;
        }
        sum += value < 0 ? -value : value;
    }
    return sum;
}

// An accumulator starts at the bias and adds products with |input| <= 128, in any order; it cannot leave int32 if
// 255 * sum|w| + |bias| fits (pooling: all weights are 1).
static nn_status_t check_accumulator(const nn_layer_t *layer) {
    const bool pool = layer->op == NN_AVGPOOL;
    const size_t count = parameter_count(layer);
    for (size_t i = 0; i < count; ++i) {
        const uint64_t weights = pool ? pool_window(layer) : weight_magnitude(layer, i);
        if (weights == UINT64_MAX) {
            return NN_WEIGHTS_RANGE;
        }
        const int64_t bias = layer->bias[i];
        if (255 * weights + (uint64_t)(bias < 0 ? -bias : bias) > INT32_MAX) {
            return NN_ACCUMULATOR;
        }
    }
    return NN_OK;
}

nn_status_t nn_layer_check(nn_layer_t *layer, nn_sizes_t sizes) {
    nn_status_t status = check_numbers(layer);
    if (status != NN_OK) {
        return status;
    }
    set_output_shape(layer);
    if (nn_input_count(layer) + nn_output_count(layer) > NN_MAX_ARENA) {
        return NN_ARENA;
    }
    status = check_lengths(layer, sizes);
    if (status == NN_OK) {
        status = check_parameters(layer);
    }
    return status == NN_OK ? check_accumulator(layer) : status;
}

nn_status_t nn_layer_check_add(nn_layer_t *layer, const nn_layer_t *source) {
    const nn_add_t *add = &layer->add;
    if (source->out_h != layer->in_h || source->out_w != layer->in_w || source->out_c != layer->in_c) {
        return NN_SOURCE;
    }
    for (int32_t i = 0; i < 2; ++i) {
        if (add->multiplier[i] < 1 || add->multiplier[i] > NN_ADD_MULTIPLIER_MAX) {
            return NN_ADD_SCALE;
        }
    }
    if (add->bias < -NN_ADD_BIAS_MAX || add->bias > NN_ADD_BIAS_MAX || add->shift < NN_SHIFT_MIN
        || add->shift > NN_SHIFT_MAX) {
        return NN_ADD_SCALE;
    }
    layer->out_h = layer->in_h;
    layer->out_w = layer->in_w;
    layer->out_c = layer->in_c;
    return check_output_range(layer);
}
