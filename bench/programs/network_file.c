#include "network_file.h"

#include <stdio.h>
#include <stdlib.h>

static const int32_t *next_array;

void fail(const char *what) {
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

uint8_t *file_read(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) {
        fail(path);
    }
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *data = malloc(*size + 16);
    if (!data || fread(data, 1, *size, file) != *size) {
        fail(path);
    }
    fclose(file);
    return data;
}

static const int32_t *take(size_t *count) {
    const int32_t *array = next_array + 1;
    *count = (size_t)*next_array;
    next_array = array + *count;
    return array;
}

static void *take_bytes(size_t *count) {
    const int32_t *array = take(count);
    int8_t *bytes = malloc(*count + 1);
    for (size_t i = 0; i < *count; i++) {
        bytes[i] = (int8_t)array[i];
    }
    return bytes;
}

static void read_layer(layer_t *layer) {
    size_t count;
    const int32_t *fields = take(&count);
    for (size_t i = 0; i < count; i++) {
        (&layer->op)[i] = fields[i];
    }
    layer->weights = take_bytes(&layer->weights_size);
    layer->bias = (int32_t *)take(&layer->parameters);
    layer->multiplier = (int32_t *)take(&layer->parameters);
    layer->shift = take_bytes(&layer->parameters);
}

network_t network_read(const char *path) {
    size_t size;
    next_array = (const int32_t *)file_read(path, &size);
    const int32_t *header = take(&size);
    network_t network = { header[0], header[1], header[2], header[3], NULL, 0, NULL };
    network.picture = take_bytes(&network.picture_size);
    network.layers = calloc((size_t)network.layer_count, sizeof(layer_t));
    for (int32_t i = 0; i < network.layer_count; i++) {
        read_layer(&network.layers[i]);
    }
    return network;
}
