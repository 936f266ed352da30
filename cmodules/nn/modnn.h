// For other modules' bindings: what is behind an nn.Network object.
#ifndef MODNN_H
#define MODNN_H

#include "py/obj.h"

#include "nn.h"

typedef struct {
    const nn_net_t *net; // finished, ready for nn_net_run()
    uint8_t *arena;
    uint32_t arena_size; // bytes
} nn_network_t;

// Raises TypeError for an object that is no nn.Network and ValueError before finish(). The object must outlive the
// result.
nn_network_t nn_network_of(mp_obj_t object);

#endif
