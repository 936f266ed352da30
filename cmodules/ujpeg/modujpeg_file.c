// decode(path) and decode_to_file(path, path), for people who come from the earlier ujpeg. Unlike the rest they
// allocate: the file's bytes and the pixels.
#include "modujpeg.h"

#include <stdio.h>
#include <string.h>

#include "py/builtin.h"
#include "py/objstr.h"
#include "py/runtime.h"

// Binary PPM: "P6", width, height, 255, each followed by white space.
#define PPM_HEADER_MAX (32)

static mp_obj_t call_method(mp_obj_t object, qstr name, size_t n, const mp_obj_t *arguments) {
    mp_obj_t call[4];
    mp_load_method(object, name, call);
    memcpy(call + 2, arguments, n * sizeof call[0]);
    return mp_call_method_n_kw(n, 0, call);
}

static mp_obj_t open_file(mp_obj_t path, qstr mode) {
    const mp_obj_t arguments[2] = { path, MP_OBJ_NEW_QSTR(mode) };
    return mp_call_function_n_kw(MP_OBJ_FROM_PTR(&mp_builtin_open_obj), 2, 0, arguments);
}

// One call of a method, after which the file is closed, whatever happened.
static mp_obj_t call_and_close(mp_obj_t file, qstr name, size_t n, const mp_obj_t *arguments) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        mp_obj_t result = call_method(file, name, n, arguments);
        nlr_pop();
        call_method(file, MP_QSTR_close, 0, NULL);
        return result;
    }
    call_method(file, MP_QSTR_close, 0, NULL);
    nlr_jump(nlr.ret_val);
}

static void call_os(qstr name, size_t n, const mp_obj_t *arguments) {
    mp_obj_t os = mp_import_name(MP_QSTR_os, mp_const_none, MP_OBJ_NEW_SMALL_INT(0));
    call_method(os, name, n, arguments);
}

// `room` bytes before the pixels are left for the caller.
static mp_obj_t decode_path(mp_obj_t path, int32_t denominator, const int32_t region[4], size_t room,
    uint32_t shape[2]) {
    mp_obj_t content = call_and_close(open_file(path, MP_QSTR_rb), MP_QSTR_read, 0, NULL);
    mp_buffer_info_t data;
    mp_get_buffer_raise(content, &data, MP_BUFFER_READ);
    uint32_t info[4];
    modujpeg_raise_unless_ok(ujpeg_info(data.buf, data.len, info));
    const uint32_t scale = denominator > 0 ? denominator : 1; // the decoder refuses others
    const size_t w = region ? (uint32_t)region[2] : (info[0] + scale - 1) / scale;
    const size_t h = region ? (uint32_t)region[3] : (info[1] + scale - 1) / scale;
    const bool outside = w > info[0] || h > info[1];
    const size_t size = outside ? 0 : w * h * 3; // at most 3 * 64 megapixels
    uint8_t *pixels = m_new(uint8_t, room + size);
    modujpeg_raise_unless_ok(ujpeg_decode(data.buf, data.len, denominator, region, true, pixels + room, size, shape));
    return mp_obj_new_bytearray_by_ref(room + size, pixels);
}

mp_obj_t modujpeg_decode_path(mp_obj_t path, int32_t denominator, const int32_t region[4]) {
    uint32_t shape[2];
    mp_obj_t pixels = decode_path(path, denominator, region, 0, shape);
    mp_obj_t items[3] = { mp_obj_new_int_from_uint(shape[0]), mp_obj_new_int_from_uint(shape[1]), pixels };
    return mp_obj_new_tuple(3, items);
}

static void write_file(mp_obj_t path, mp_obj_t content) {
    call_and_close(open_file(path, MP_QSTR_wb), MP_QSTR_write, 1, &content);
}

// A file of that name appears whole or not at all.
static void replace_file(mp_obj_t path, mp_obj_t content) {
    mp_obj_t part = mp_binary_op(MP_BINARY_OP_ADD, path, mp_obj_new_str(".part", 5));
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        const mp_obj_t names[2] = { part, path };
        write_file(part, content);
        call_os(MP_QSTR_rename, 2, names);
        nlr_pop();
        return;
    }
    nlr_buf_t second;
    if (nlr_push(&second) == 0) {
        call_os(MP_QSTR_remove, 1, &part);
        nlr_pop();
    }
    nlr_jump(nlr.ret_val);
}

static mp_obj_t decode_to_file(mp_obj_t source, mp_obj_t target) {
    uint32_t shape[2];
    if (!mp_obj_is_str(source) || !mp_obj_is_str(target)) {
        mp_raise_TypeError(MP_ERROR_TEXT("ujpeg: decode_to_file takes two paths"));
    }
    mp_obj_t content = decode_path(source, 1, NULL, PPM_HEADER_MAX, shape);
    char header[PPM_HEADER_MAX + 1];
    const int length = snprintf(header, sizeof header, "P6\n%u %u\n255\n", (unsigned)shape[0], (unsigned)shape[1]);
    mp_buffer_info_t bytes;
    mp_get_buffer_raise(content, &bytes, MP_BUFFER_RW);
    memcpy((uint8_t *)bytes.buf + PPM_HEADER_MAX - length, header, length);
    replace_file(target, mp_obj_new_memoryview('B', bytes.len - PPM_HEADER_MAX + length,
        (uint8_t *)bytes.buf + PPM_HEADER_MAX - length));
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_2(modujpeg_decode_to_file_obj, decode_to_file);
