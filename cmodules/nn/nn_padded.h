// Three rows of a 3x3 operator's input, with a column of padding on both sides. Padded row 0 is the padding above the
// picture, padded row y + 1 is row y; a row takes the place of the one three rows above it.
#ifndef NN_PADDED_H
#define NN_PADDED_H

#include <string.h>

#include "nn.h"

static inline size_t nn_padded_row_size(const nn_layer_t *layer) {
    return (size_t)(layer->in_w + 2) * layer->in_c;
}

static inline size_t nn_padded_size(const nn_layer_t *layer) {
    return 3 * nn_padded_row_size(layer);
}

static inline int8_t *nn_padded_row(const nn_layer_t *layer, int8_t *rows, int32_t y) {
    return rows + y % 3 * nn_padded_row_size(layer);
}

static inline void nn_padded_load(const nn_layer_t *layer, int8_t *rows, const int8_t *input, int32_t y) {
    const int32_t size = layer->in_w * layer->in_c;
    int8_t *row = nn_padded_row(layer, rows, y);
    memset(row, layer->input_zero, nn_padded_row_size(layer));
    if (y >= 1 && y <= layer->in_h) {
        memcpy(row + layer->in_c, input + (y - 1) * size, size);
    }
}

#endif
