// MicroPython module frame.
#include "py/mphal.h"
#include "py/obj.h"
#include "py/runtime.h"

#include "frame.h"
#include "modnn.h"

// What run() returns in place of a motion for a JPEG of another size: an answer, not an error, since cameras change
// their resolution while they run.
enum { ANSWER_OTHER_SIZE = FRAME_MOTION_UNKNOWN - 1 };

typedef struct {
    mp_obj_base_t base;
    mp_obj_t network; // nn.Network or None
    mp_obj_t input;   // bytearray: the picture that the network sees
    frame_plan_t plan;
    uint8_t *scratch;
    mp_uint_t decode_us, network_us; // what the last run took
} classifier_t;

static void raise_unless_ok(frame_status_t status) {
    if (status != FRAME_OK) {
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("%s: %s"), frame_area(status), frame_sentence(status));
    }
}

static int32_t int32_argument(mp_obj_t object) {
    mp_int_t value = mp_obj_get_int(object);
    if (value != (int32_t)value) {
        mp_raise_ValueError(MP_ERROR_TEXT("frame: an integer argument does not fit 32 bits"));
    }
    return (int32_t)value;
}

// A negative number becomes 0, which no plan takes.
static uint32_t size_argument(mp_obj_t object) {
    int32_t value = int32_argument(object);
    return value < 0 ? 0 : (uint32_t)value;
}

// None leaves region alone and returns NULL.
static const int32_t *region_argument(mp_obj_t object, int32_t region[4]) {
    if (object == mp_const_none) {
        return NULL;
    }
    size_t length;
    mp_obj_t *items;
    mp_obj_get_array(object, &length, &items);
    if (length != 4) {
        mp_raise_ValueError(MP_ERROR_TEXT("frame: region must have four integers"));
    }
    for (size_t i = 0; i < 4; ++i) {
        region[i] = int32_argument(items[i]);
    }
    return region;
}

static frame_network_t network_argument(mp_obj_t object) {
    if (object == mp_const_none) {
        return (frame_network_t) {NULL, NULL, 0};
    }
    const nn_network_t network = nn_network_of(object);
    return (frame_network_t) {network.net, network.arena, network.arena_size};
}

static mp_obj_t classifier_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    enum { ARG_network, ARG_width, ARG_height, ARG_denominator, ARG_region, ARG_channels, ARG_input_w, ARG_input_h,
           ARG_max_jpeg, ARG_COUNT };
    mp_arg_check_num(n_args, n_kw, ARG_COUNT, ARG_COUNT, false);
    const frame_network_t network = network_argument(args[ARG_network]);
    int32_t corners[4];
    const int32_t *region = region_argument(args[ARG_region], corners);
    classifier_t *self = mp_obj_malloc(classifier_t, type);
    self->network = args[ARG_network];
    self->input = mp_const_none;
    self->scratch = NULL;
    self->decode_us = self->network_us = 0;
    raise_unless_ok(frame_plan_init(&self->plan, size_argument(args[ARG_width]), size_argument(args[ARG_height]),
        int32_argument(args[ARG_denominator]), region, int32_argument(args[ARG_channels]),
        int32_argument(args[ARG_input_w]), int32_argument(args[ARG_input_h]), size_argument(args[ARG_max_jpeg])));
    if (network.net) {
        raise_unless_ok(frame_fits(&self->plan, network.net));
    }
    const size_t input_size = frame_input_size(&self->plan);
    self->input = mp_obj_new_bytearray_by_ref(input_size, m_new0(uint8_t, input_size));
    self->scratch = m_new(uint8_t, frame_scratch_size(&self->plan));
    raise_unless_ok(frame_start(&self->plan, self->scratch, frame_scratch_size(&self->plan)));
    return MP_OBJ_FROM_PTR(self);
}

// The first `length` bytes of the buffer, all of them where there is no such argument.
static size_t jpeg_length(const mp_buffer_info_t *jpeg, size_t n_args, const mp_obj_t *args) {
    if (n_args < 4) {
        return jpeg->len;
    }
    mp_int_t length = mp_obj_get_int(args[3]);
    if (length < 0 || (size_t)length > jpeg->len) {
        mp_raise_ValueError(MP_ERROR_TEXT("frame: length is not within the buffer"));
    }
    return length;
}

// Nothing is allocated here, unless an error is raised.
static mp_obj_t classifier_run(size_t n_args, const mp_obj_t *args) {
    classifier_t *self = MP_OBJ_TO_PTR(args[0]);
    const frame_network_t network = network_argument(self->network);
    mp_buffer_info_t jpeg, input;
    mp_buffer_info_t logits = {0};
    mp_get_buffer_raise(args[1], &jpeg, MP_BUFFER_READ);
    mp_get_buffer_raise(self->input, &input, MP_BUFFER_WRITE);
    if (network.net) {
        mp_get_buffer_raise(args[2], &logits, MP_BUFFER_WRITE);
    }
    int32_t motion;
    const mp_uint_t begin = mp_hal_ticks_us();
    const frame_status_t seen = frame_see(&self->plan, jpeg.buf, jpeg_length(&jpeg, n_args, args), input.buf, input.len,
        self->scratch, frame_scratch_size(&self->plan), &motion);
    if (seen == FRAME_OTHER_SIZE) {
        return MP_OBJ_NEW_SMALL_INT(ANSWER_OTHER_SIZE);
    }
    raise_unless_ok(seen);
    const mp_uint_t decoded = mp_hal_ticks_us();
    raise_unless_ok(frame_judge(&self->plan, &network, input.buf, logits.buf, logits.len));
    self->decode_us = decoded - begin;
    self->network_us = mp_hal_ticks_us() - decoded;
    return MP_OBJ_NEW_SMALL_INT(motion); // at most 65280
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(classifier_run_obj, 3, 4, classifier_run);

// As a small integer, so that reading it allocates nothing: at most 17 minutes.
static mp_obj_t microseconds(mp_uint_t time) {
    const mp_uint_t longest = 0x3FFFFFFF;
    return MP_OBJ_NEW_SMALL_INT(time < longest ? time : longest);
}

static void classifier_attr(mp_obj_t self_in, qstr attr, mp_obj_t *dest) {
    classifier_t *self = MP_OBJ_TO_PTR(self_in);
    if (dest[0] != MP_OBJ_NULL) {
        return; // nothing can be stored
    }
    if (attr == MP_QSTR_input) {
        dest[0] = self->input;
    } else if (attr == MP_QSTR_decode_us) {
        dest[0] = microseconds(self->decode_us);
    } else if (attr == MP_QSTR_network_us) {
        dest[0] = microseconds(self->network_us);
    } else {
        dest[1] = MP_OBJ_SENTINEL; // look in the methods
    }
}

static const mp_rom_map_elem_t classifier_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_run), MP_ROM_PTR(&classifier_run_obj) },
};
static MP_DEFINE_CONST_DICT(classifier_locals, classifier_locals_table);

static MP_DEFINE_CONST_OBJ_TYPE(
    classifier_type, MP_QSTR_Classifier, MP_TYPE_FLAG_NONE,
    make_new, classifier_make_new,
    attr, classifier_attr,
    locals_dict, &classifier_locals
    );

// A bytearray that the collector does not look through: scanning a frame buffer costs as much as classifying a frame.
// It must not be made longer or shorter.
static mp_obj_t mod_buffer(mp_obj_t size_in) {
    const uint32_t size = size_argument(size_in);
    if (size < 1 || size > FRAME_MAX_JPEG) {
        mp_raise_ValueError(MP_ERROR_TEXT("frame: a buffer has 1 byte to 16 MiB"));
    }
    void *memory = frame_buffer(size);
    if (memory == NULL) {
        mp_raise_type(&mp_type_MemoryError);
    }
    return mp_obj_new_bytearray_by_ref(size, memory);
}
static MP_DEFINE_CONST_FUN_OBJ_1(buffer_obj, mod_buffer);

static const mp_rom_map_elem_t globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_frame) },
    { MP_ROM_QSTR(MP_QSTR_Classifier), MP_ROM_PTR(&classifier_type) },
    { MP_ROM_QSTR(MP_QSTR_buffer), MP_ROM_PTR(&buffer_obj) },
    { MP_ROM_QSTR(MP_QSTR_MOTION_UNKNOWN), MP_ROM_INT(FRAME_MOTION_UNKNOWN) },
    { MP_ROM_QSTR(MP_QSTR_OTHER_SIZE), MP_ROM_INT(ANSWER_OTHER_SIZE) },
};
static MP_DEFINE_CONST_DICT(globals, globals_table);

const mp_obj_module_t frame_user_cmodule = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&globals,
};
MP_REGISTER_MODULE(MP_QSTR_frame, frame_user_cmodule);
