// ujpeg.Stream: the state of one camera's pictures.
#include "modujpeg.h"

#include "py/runtime.h"

// Longest picture a stream may be made for.
#define JPEG_MAX (64 << 20)

typedef struct {
    mp_obj_base_t base;
    ujpeg_stream_t *stream;
    void *scratch;
    size_t scratch_size;
    size_t max_jpeg;
    mp_obj_t blocks; // keeps the caller's buffer alive
} stream_obj_t;

// Stream(max_jpeg, blocks=None)
static mp_obj_t stream_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *all_args) {
    enum { ARG_max_jpeg, ARG_blocks };
    static const mp_arg_t allowed[] = {
        { MP_QSTR_max_jpeg, MP_ARG_REQUIRED | MP_ARG_OBJ, { .u_obj = MP_OBJ_NULL } },
        { MP_QSTR_blocks, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
    };
    mp_arg_val_t args[MP_ARRAY_SIZE(allowed)];
    mp_arg_parse_all_kw_array(n_args, n_kw, all_args, MP_ARRAY_SIZE(allowed), allowed, args);
    const int32_t max_jpeg = modujpeg_int32(args[ARG_max_jpeg].u_obj);
    if (max_jpeg < 1 || max_jpeg > JPEG_MAX) {
        mp_raise_ValueError(MP_ERROR_TEXT("ujpeg: max_jpeg must be 1 to 64 MiB"));
    }
    mp_buffer_info_t blocks = { .buf = NULL, .len = 0 };
    if (args[ARG_blocks].u_obj != mp_const_none) {
        mp_get_buffer_raise(args[ARG_blocks].u_obj, &blocks, MP_BUFFER_WRITE);
    }
    stream_obj_t *self = mp_obj_malloc(stream_obj_t, type);
    self->max_jpeg = (size_t)max_jpeg;
    self->scratch_size = ujpeg_stream_scratch_size(self->max_jpeg);
    self->scratch = m_new(uint64_t, (self->scratch_size + 7) / 8);
    self->stream = (ujpeg_stream_t *)m_new(uint64_t, (ujpeg_stream_size() + 7) / 8);
    self->blocks = args[ARG_blocks].u_obj;
    ujpeg_stream_init(self->stream);
    ujpeg_stream_set_motion(self->stream, blocks.buf, blocks.len);
    return MP_OBJ_FROM_PTR(self);
}

// decode(buf, out, denominator=1, region=None, rgb=False): as ujpeg.decode().
static mp_obj_t stream_decode(size_t n_args, const mp_obj_t *pos_args, mp_map_t *kw_args) {
    enum { ARG_self, ARG_buf, ARG_out, ARG_denominator, ARG_region, ARG_rgb };
    static const mp_arg_t allowed[] = {
        { MP_QSTR_self, MP_ARG_REQUIRED | MP_ARG_OBJ, { .u_obj = MP_OBJ_NULL } },
        { MP_QSTR_buf, MP_ARG_REQUIRED | MP_ARG_OBJ, { .u_obj = MP_OBJ_NULL } },
        { MP_QSTR_out, MP_ARG_REQUIRED | MP_ARG_OBJ, { .u_obj = MP_OBJ_NULL } },
        { MP_QSTR_denominator, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_INT(1) } },
        { MP_QSTR_region, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
        { MP_QSTR_rgb, MP_ARG_BOOL, { .u_bool = false } },
    };
    mp_arg_val_t args[MP_ARRAY_SIZE(allowed)];
    mp_arg_parse_all(n_args, pos_args, kw_args, MP_ARRAY_SIZE(allowed), allowed, args);
    stream_obj_t *self = MP_OBJ_TO_PTR(args[ARG_self].u_obj);
    mp_buffer_info_t data, out;
    mp_get_buffer_raise(args[ARG_buf].u_obj, &data, MP_BUFFER_READ);
    mp_get_buffer_raise(args[ARG_out].u_obj, &out, MP_BUFFER_WRITE);
    if (data.len > self->max_jpeg) {
        mp_raise_ValueError(MP_ERROR_TEXT("ujpeg: the picture is longer than the stream's max_jpeg"));
    }
    int32_t corners[4];
    const int32_t *region = modujpeg_region(args[ARG_region].u_obj, corners);
    const int32_t denominator = modujpeg_int32(args[ARG_denominator].u_obj);
    uint32_t shape[2];
    modujpeg_raise_unless_ok(ujpeg_stream_decode(self->stream, self->scratch, self->scratch_size, data.buf, data.len,
        denominator, region, args[ARG_rgb].u_bool, out.buf, out.len, shape));
    mp_obj_t items[2] = { mp_obj_new_int_from_uint(shape[0]), mp_obj_new_int_from_uint(shape[1]) };
    return mp_obj_new_tuple(2, items);
}
static MP_DEFINE_CONST_FUN_OBJ_KW(stream_decode_obj, 3, stream_decode);

static mp_obj_t motion_of(const stream_obj_t *self) {
    const uint32_t motion = ujpeg_stream_motion(self->stream);
    return motion == UJPEG_MOTION_UNKNOWN ? mp_const_none : MP_OBJ_NEW_SMALL_INT(motion);
}

// Attributes fast (the last picture took the fast path) and motion (1/256 grey levels, or None), read only.
static void stream_attr(mp_obj_t self_in, qstr attribute, mp_obj_t *destination) {
    const stream_obj_t *self = MP_OBJ_TO_PTR(self_in);
    if (destination[0] != MP_OBJ_NULL) {
        return; // storing is refused
    }
    if (attribute == MP_QSTR_fast) {
        destination[0] = mp_obj_new_bool(ujpeg_stream_was_fast(self->stream));
    } else if (attribute == MP_QSTR_motion) {
        destination[0] = motion_of(self);
    } else {
        destination[1] = MP_OBJ_SENTINEL; // look among the methods
    }
}

static const mp_rom_map_elem_t stream_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_decode), MP_ROM_PTR(&stream_decode_obj) },
};
static MP_DEFINE_CONST_DICT(stream_locals, stream_locals_table);

MP_DEFINE_CONST_OBJ_TYPE(
    modujpeg_stream_type,
    MP_QSTR_Stream,
    MP_TYPE_FLAG_NONE,
    make_new, stream_make_new,
    attr, stream_attr,
    locals_dict, &stream_locals
    );
