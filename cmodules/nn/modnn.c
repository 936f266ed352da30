// MicroPython module nn.
#include "py/obj.h"
#include "py/objlist.h"
#include "py/runtime.h"

#include "modnn.h"
#include "nn.h"

typedef struct {
    mp_obj_base_t base;
    mp_obj_t kept; // list of the buffers that net points to, for the garbage collector
    uint8_t *arena;
    uint8_t *packed; // memory of nn_net_pack()
    nn_net_t net;
} network_t;

static void raise_unless_ok(nn_status_t status) {
    if (status != NN_OK) {
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("nn: %s"), nn_sentence(status));
    }
}

static int32_t int32_argument(mp_obj_t object) {
    mp_int_t value = mp_obj_get_int(object);
    if (value != (int32_t)value) {
        mp_raise_ValueError(MP_ERROR_TEXT("nn: an integer argument does not fit 32 bits"));
    }
    return (int32_t)value;
}

static mp_obj_t network_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    mp_arg_check_num(n_args, n_kw, 3, 3, false);
    int32_t height = int32_argument(args[0]);
    int32_t width = int32_argument(args[1]);
    int32_t channels = int32_argument(args[2]);
    network_t *self = mp_obj_malloc(network_t, type);
    self->kept = mp_const_none;
    self->arena = NULL;
    self->packed = NULL;
    nn_status_t status = nn_net_init(&self->net, height, width, channels);
    raise_unless_ok(status);
    self->kept = mp_obj_new_list(0, NULL);
    return MP_OBJ_FROM_PTR(self);
}

static mp_obj_t network_add(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    enum { ARG_self, ARG_numbers, ARG_buffers = ARG_numbers + 7 };
    network_t *self = MP_OBJ_TO_PTR(args[ARG_self]);
    int32_t numbers[7]; // op, stride, out_channels, input_zero, output_zero, low, high
    for (size_t i = 0; i < MP_ARRAY_SIZE(numbers); ++i) {
        numbers[i] = int32_argument(args[ARG_numbers + i]);
    }
    mp_buffer_info_t buffers[4]; // weights, bias, multiplier, shift
    for (size_t i = 0; i < MP_ARRAY_SIZE(buffers); ++i) {
        mp_obj_t object = args[ARG_buffers + i];
        if (i == 0 && object == mp_const_none) {
            buffers[i].buf = NULL;
            buffers[i].len = 0;
            continue;
        }
        mp_get_buffer_raise(object, &buffers[i], MP_BUFFER_READ);
    }
    // Kept first: if the list cannot grow, the network has not changed.
    mp_obj_list_append(self->kept, mp_obj_new_tuple(MP_ARRAY_SIZE(buffers), &args[ARG_buffers]));
    raise_unless_ok(nn_net_add(&self->net, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5],
        numbers[6], buffers[0].buf, buffers[0].len, buffers[1].buf, buffers[1].len, buffers[2].buf, buffers[2].len,
        buffers[3].buf, buffers[3].len));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(network_add_obj, 12, 12, network_add);

static mp_obj_t network_add_residual(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    network_t *self = MP_OBJ_TO_PTR(args[0]);
    int32_t numbers[8]; // source, input_multiplier, source_multiplier, bias, shift, output_zero, low, high
    for (size_t i = 0; i < MP_ARRAY_SIZE(numbers); ++i) {
        numbers[i] = int32_argument(args[1 + i]);
    }
    raise_unless_ok(nn_net_add_residual(&self->net, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4],
        numbers[5], numbers[6], numbers[7]));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(network_add_residual_obj, 9, 9, network_add_residual);

static mp_obj_t network_finish(mp_obj_t self_in) {
    network_t *self = MP_OBJ_TO_PTR(self_in);
    uint32_t arena_size, packed_size;
    raise_unless_ok(nn_net_plan(&self->net, &arena_size, &packed_size));
    if (self->arena == NULL) {
        self->arena = m_new(uint8_t, arena_size);
    }
    if (self->packed == NULL) {
        self->packed = m_new(uint8_t, packed_size);
        raise_unless_ok(nn_net_pack(&self->net, self->packed, packed_size));
    }
    return mp_obj_new_int_from_uint(arena_size);
}
static MP_DEFINE_CONST_FUN_OBJ_1(network_finish_obj, network_finish);

static mp_obj_t network_run(mp_obj_t self_in, mp_obj_t picture_in, mp_obj_t logits_in) {
    network_t *self = MP_OBJ_TO_PTR(self_in);
    mp_buffer_info_t picture, logits;
    mp_get_buffer_raise(picture_in, &picture, MP_BUFFER_READ);
    mp_get_buffer_raise(logits_in, &logits, MP_BUFFER_WRITE);
    raise_unless_ok(nn_net_run(&self->net, picture.buf, picture.len, logits.buf, logits.len, self->arena,
        self->net.arena_size));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_3(network_run_obj, network_run);

static void network_attr(mp_obj_t self_in, qstr attr, mp_obj_t *dest) {
    network_t *self = MP_OBJ_TO_PTR(self_in);
    if (dest[0] != MP_OBJ_NULL) {
        return; // nothing can be stored
    }
    if (attr == MP_QSTR_outputs) {
        dest[0] = mp_obj_new_int_from_uint(nn_net_outputs(&self->net));
    } else {
        dest[1] = MP_OBJ_SENTINEL; // look in the methods
    }
}

static const mp_rom_map_elem_t network_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_add), MP_ROM_PTR(&network_add_obj) },
    { MP_ROM_QSTR(MP_QSTR_add_residual), MP_ROM_PTR(&network_add_residual_obj) },
    { MP_ROM_QSTR(MP_QSTR_finish), MP_ROM_PTR(&network_finish_obj) },
    { MP_ROM_QSTR(MP_QSTR_run), MP_ROM_PTR(&network_run_obj) },
};
static MP_DEFINE_CONST_DICT(network_locals, network_locals_table);

static MP_DEFINE_CONST_OBJ_TYPE(
    network_type, MP_QSTR_Network, MP_TYPE_FLAG_NONE,
    make_new, network_make_new,
    attr, network_attr,
    locals_dict, &network_locals
    );

nn_network_t nn_network_of(mp_obj_t object) {
    if (!mp_obj_is_type(object, &network_type)) {
        mp_raise_TypeError(MP_ERROR_TEXT("nn: a Network is needed"));
    }
    const network_t *self = MP_OBJ_TO_PTR(object);
    if (!self->net.packed) {
        raise_unless_ok(NN_NOT_FINISHED);
    }
    return (nn_network_t) {.net = &self->net, .arena = self->arena, .arena_size = self->net.arena_size};
}

static const mp_rom_map_elem_t globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_nn) },
    { MP_ROM_QSTR(MP_QSTR_Network), MP_ROM_PTR(&network_type) },
    { MP_ROM_QSTR(MP_QSTR_CONV2D_3X3), MP_ROM_INT(NN_CONV2D_3X3) },
    { MP_ROM_QSTR(MP_QSTR_DEPTHWISE_3X3), MP_ROM_INT(NN_DEPTHWISE_3X3) },
    { MP_ROM_QSTR(MP_QSTR_POINTWISE), MP_ROM_INT(NN_POINTWISE) },
    { MP_ROM_QSTR(MP_QSTR_AVGPOOL), MP_ROM_INT(NN_AVGPOOL) },
    { MP_ROM_QSTR(MP_QSTR_DENSE), MP_ROM_INT(NN_DENSE) },
};
static MP_DEFINE_CONST_DICT(globals, globals_table);

const mp_obj_module_t nn_user_cmodule = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&globals,
};
MP_REGISTER_MODULE(MP_QSTR_nn, nn_user_cmodule);
