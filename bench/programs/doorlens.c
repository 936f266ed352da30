// Our cores, called as the camera calls them.
//   doorlens network NETWORK CALLS
//   doorlens jpeg JPEG DENOMINATOR X Y W H CALLS            luma of that region, in pixels of the scaled picture
//   doorlens frame JPEG NETWORK DENOMINATOR X Y W H CALLS   JPEG to logits

#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "measure.h"
#include "network_file.h"
#include "results.h"

typedef struct {
    nn_net_t *net;
    void *arena;
    uint32_t arena_size;
    int8_t logits[16];
} ready_t;

static void add_layer(nn_net_t *net, const layer_t *layer) {
    nn_status_t status = nn_net_add(net, layer->op, layer->stride, layer->out_c, layer->input_zero, layer->output_zero,
        layer->low, layer->high, layer->weights, layer->weights_size, layer->bias, 4 * layer->parameters,
        layer->multiplier, 4 * layer->parameters, layer->shift, layer->parameters);
    if (status) {
        fail(nn_sentence(status));
    }
}

static ready_t prepare(const network_t *network) {
    ready_t ready = { .net = malloc(nn_net_size()) };
    uint32_t packed_size;
    nn_status_t status = nn_net_init(ready.net, network->height, network->width, network->channels);
    for (int32_t i = 0; i < network->layer_count; i++) {
        add_layer(ready.net, &network->layers[i]);
    }
    status = status ? status : nn_net_plan(ready.net, &ready.arena_size, &packed_size);
    status = status ? status : nn_net_pack(ready.net, malloc(packed_size + 1), packed_size);
    if (status || nn_net_outputs(ready.net) > sizeof(ready.logits)) {
        fail(nn_sentence(status));
    }
    ready.arena = malloc(ready.arena_size);
    return ready;
}

static void network_main(char **arguments) {
    network_t network = network_read(arguments[0]);
    ready_t ready = prepare(&network);
    nn_status_t status = NN_OK;
    MEASURE(atoi(arguments[1]), status |= nn_net_run(ready.net, network.picture, network.picture_size, ready.logits,
        nn_net_outputs(ready.net), ready.arena, ready.arena_size));
    if (status) {
        fail(nn_sentence(status));
    }
    print_logits(ready.logits, nn_net_outputs(ready.net));
}

static void region_from(char **arguments, int32_t region[4]) {
    for (int i = 0; i < 4; i++) {
        region[i] = atoi(arguments[i]);
    }
}

static void jpeg_main(char **arguments) {
    size_t size;
    uint8_t *jpeg = file_read(arguments[0], &size);
    int32_t denominator = atoi(arguments[1]), region[4];
    uint32_t shape[2];
    region_from(arguments + 2, region);
    size_t out_size = (size_t)region[2] * (size_t)region[3], scratch_size = ujpeg_stream_scratch_size(size);
    uint8_t *out = malloc(out_size);
    void *scratch = malloc(scratch_size + 1);
    ujpeg_stream_t *stream = malloc(ujpeg_stream_size());
    ujpeg_stream_init(stream);
    ujpeg_status_t status = UJPEG_OK;
    MEASURE(atoi(arguments[6]), status |= ujpeg_stream_decode(stream, scratch, scratch_size, jpeg, size, denominator,
        region, false, out, out_size, shape));
    if (status) {
        fail(ujpeg_sentence(status));
    }
    print_pixels(out, shape[0], shape[1]);
    printf("fast %d\n", ujpeg_stream_was_fast(stream));
}

static void check_frame(frame_status_t status) {
    if (status) {
        fail(frame_sentence(status));
    }
}

static void frame_main(char **arguments) {
    size_t size;
    uint8_t *jpeg = file_read(arguments[0], &size);
    network_t network = network_read(arguments[1]);
    ready_t ready = prepare(&network);
    frame_plan_t *plan = malloc(frame_plan_size());
    int32_t region[4], motion;
    uint32_t shape[2];
    region_from(arguments + 3, region);
    check_frame(frame_jpeg_size(jpeg, size, shape));
    check_frame(frame_plan_init(plan, shape[0], shape[1], atoi(arguments[2]), region, network.channels, network.width,
        network.height, (uint32_t)size));
    size_t input_size = frame_input_size(plan), scratch_size = frame_scratch_size(plan);
    uint8_t *input = malloc(input_size);
    void *scratch = malloc(scratch_size);
    frame_network_t classifier = { ready.net, ready.arena, ready.arena_size };
    frame_status_t status = frame_start(plan, scratch, scratch_size);
    MEASURE(atoi(arguments[7]), status |= frame_run(plan, &classifier, jpeg, size, input, input_size, ready.logits,
        nn_net_outputs(ready.net), scratch, scratch_size, &motion));
    check_frame(status);
    print_pixels(input, (uint32_t)network.width, (uint32_t)network.height);
    print_logits(ready.logits, nn_net_outputs(ready.net));
}

int main(int count, char **arguments) {
    if (count == 4 && !strcmp(arguments[1], "network")) {
        network_main(arguments + 2);
    } else if (count == 9 && !strcmp(arguments[1], "jpeg")) {
        jpeg_main(arguments + 2);
    } else if (count == 10 && !strcmp(arguments[1], "frame")) {
        frame_main(arguments + 2);
    } else {
        fail("network, jpeg or frame; see doorlens.c");
    }
    return 0;
}
