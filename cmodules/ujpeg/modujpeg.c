// MicroPython module ujpeg. Arguments are checked here; pixels are the core's business.
#include "modujpeg.h"

#include "py/runtime.h"

void modujpeg_raise_unless_ok(ujpeg_status_t status) {
    if (status != UJPEG_OK) {
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("ujpeg: %s"), ujpeg_sentence(status));
    }
}

int32_t modujpeg_int32(mp_obj_t object) {
    mp_int_t value = mp_obj_get_int(object);
    if (value != (int32_t)value) {
        mp_raise_ValueError(MP_ERROR_TEXT("ujpeg: an integer argument does not fit 32 bits"));
    }
    return (int32_t)value;
}

const int32_t *modujpeg_region(mp_obj_t object, int32_t region[4]) {
    if (object == mp_const_none) {
        return NULL;
    }
    size_t length;
    mp_obj_t *items;
    mp_obj_get_array(object, &length, &items);
    if (length != 4) {
        mp_raise_ValueError(MP_ERROR_TEXT("ujpeg: region must have four integers"));
    }
    for (size_t i = 0; i < 4; ++i) {
        region[i] = modujpeg_int32(items[i]);
    }
    return region;
}

static mp_obj_t mod_info(mp_obj_t data_in) {
    mp_buffer_info_t data;
    mp_get_buffer_raise(data_in, &data, MP_BUFFER_READ);
    uint32_t info[4];
    modujpeg_raise_unless_ok(ujpeg_info(data.buf, data.len, info));
    mp_obj_t items[4] = {
        mp_obj_new_int_from_uint(info[0]),
        mp_obj_new_int_from_uint(info[1]),
        mp_obj_new_int_from_uint(info[2]),
        mp_obj_new_bool(info[3]),
    };
    return mp_obj_new_tuple(4, items);
}
static MP_DEFINE_CONST_FUN_OBJ_1(info_obj, mod_info);

// decode(buf, out, denominator=1, region=None, rgb=False), or decode(path, denominator=1, region=None).
static mp_obj_t mod_decode(size_t n_args, const mp_obj_t *pos_args, mp_map_t *kw_args) {
    enum { ARG_buf, ARG_out, ARG_denominator, ARG_region, ARG_rgb };
    static const mp_arg_t allowed[] = {
        { MP_QSTR_buf, MP_ARG_REQUIRED | MP_ARG_OBJ, { .u_obj = MP_OBJ_NULL } },
        { MP_QSTR_out, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
        { MP_QSTR_denominator, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_INT(1) } },
        { MP_QSTR_region, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
        { MP_QSTR_rgb, MP_ARG_BOOL, { .u_bool = false } },
    };
    mp_arg_val_t args[MP_ARRAY_SIZE(allowed)];
    mp_arg_parse_all(n_args, pos_args, kw_args, MP_ARRAY_SIZE(allowed), allowed, args);
    int32_t corners[4];
    const int32_t *region = modujpeg_region(args[ARG_region].u_obj, corners);
    int32_t denominator = modujpeg_int32(args[ARG_denominator].u_obj);
    if (mp_obj_is_str(args[ARG_buf].u_obj) && args[ARG_out].u_obj == mp_const_none) {
        return modujpeg_decode_path(args[ARG_buf].u_obj, denominator, region);
    }
    mp_buffer_info_t data, out;
    mp_get_buffer_raise(args[ARG_buf].u_obj, &data, MP_BUFFER_READ);
    mp_get_buffer_raise(args[ARG_out].u_obj, &out, MP_BUFFER_WRITE);
    uint32_t shape[2];
    modujpeg_raise_unless_ok(ujpeg_decode(data.buf, data.len, denominator, region, args[ARG_rgb].u_bool, out.buf, out.len,
        shape));
    mp_obj_t items[2] = { mp_obj_new_int_from_uint(shape[0]), mp_obj_new_int_from_uint(shape[1]) };
    return mp_obj_new_tuple(2, items);
}
static MP_DEFINE_CONST_FUN_OBJ_KW(decode_obj, 1, mod_decode);

static mp_obj_t mod_encode(size_t n_args, const mp_obj_t *pos_args, mp_map_t *kw_args) {
    enum { ARG_pixels, ARG_w, ARG_h, ARG_channels, ARG_out, ARG_quality };
    static const mp_arg_t allowed[] = {
        { MP_QSTR_pixels, MP_ARG_REQUIRED | MP_ARG_OBJ, { .u_obj = MP_OBJ_NULL } },
        { MP_QSTR_w, MP_ARG_REQUIRED | MP_ARG_OBJ, { .u_obj = MP_OBJ_NULL } },
        { MP_QSTR_h, MP_ARG_REQUIRED | MP_ARG_OBJ, { .u_obj = MP_OBJ_NULL } },
        { MP_QSTR_channels, MP_ARG_REQUIRED | MP_ARG_OBJ, { .u_obj = MP_OBJ_NULL } },
        { MP_QSTR_out, MP_ARG_REQUIRED | MP_ARG_OBJ, { .u_obj = MP_OBJ_NULL } },
        { MP_QSTR_quality, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_INT(85) } },
    };
    mp_arg_val_t args[MP_ARRAY_SIZE(allowed)];
    mp_arg_parse_all(n_args, pos_args, kw_args, MP_ARRAY_SIZE(allowed), allowed, args);
    mp_buffer_info_t pixels, out;
    mp_get_buffer_raise(args[ARG_pixels].u_obj, &pixels, MP_BUFFER_READ);
    mp_get_buffer_raise(args[ARG_out].u_obj, &out, MP_BUFFER_WRITE);
    int32_t w = modujpeg_int32(args[ARG_w].u_obj);
    int32_t h = modujpeg_int32(args[ARG_h].u_obj);
    int32_t channels = modujpeg_int32(args[ARG_channels].u_obj);
    int32_t quality = modujpeg_int32(args[ARG_quality].u_obj);
    size_t length;
    modujpeg_raise_unless_ok(ujpeg_encode(pixels.buf, pixels.len, w, h, channels, quality, out.buf, out.len, &length));
    return mp_obj_new_int_from_uint(length);
}
static MP_DEFINE_CONST_FUN_OBJ_KW(encode_obj, 5, mod_encode);

static const mp_rom_map_elem_t globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_ujpeg) },
    { MP_ROM_QSTR(MP_QSTR_info), MP_ROM_PTR(&info_obj) },
    { MP_ROM_QSTR(MP_QSTR_decode), MP_ROM_PTR(&decode_obj) },
    { MP_ROM_QSTR(MP_QSTR_decode_to_file), MP_ROM_PTR(&modujpeg_decode_to_file_obj) },
    { MP_ROM_QSTR(MP_QSTR_encode), MP_ROM_PTR(&encode_obj) },
    { MP_ROM_QSTR(MP_QSTR_Stream), MP_ROM_PTR(&modujpeg_stream_type) },
};
static MP_DEFINE_CONST_DICT(globals, globals_table);

const mp_obj_module_t ujpeg_user_cmodule = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&globals,
};
MP_REGISTER_MODULE(MP_QSTR_ujpeg, ujpeg_user_cmodule);
