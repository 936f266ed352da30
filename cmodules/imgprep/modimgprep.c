// MicroPython module imgprep.
#include "py/obj.h"
#include "py/runtime.h"

#include "imgprep.h"

static void raise_unless_ok(imgprep_status_t status) {
    if (status != IMGPREP_OK) {
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("imgprep: %s"), imgprep_sentence(status));
    }
}

static int32_t int32_argument(mp_obj_t object) {
    mp_int_t value = mp_obj_get_int(object);
    if (value != (int32_t)value) {
        mp_raise_ValueError(MP_ERROR_TEXT("imgprep: an integer argument does not fit 32 bits"));
    }
    return (int32_t)value;
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
        mp_raise_ValueError(MP_ERROR_TEXT("imgprep: region must have four integers"));
    }
    for (size_t i = 0; i < 4; ++i) {
        region[i] = int32_argument(items[i]);
    }
    return region;
}

static mp_obj_t mod_resize_area(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    enum { ARG_src, ARG_src_w, ARG_src_h, ARG_channels, ARG_region, ARG_dst, ARG_dst_w, ARG_dst_h };
    mp_buffer_info_t src, dst;
    mp_get_buffer_raise(args[ARG_src], &src, MP_BUFFER_READ);
    mp_get_buffer_raise(args[ARG_dst], &dst, MP_BUFFER_WRITE);
    int32_t src_w = int32_argument(args[ARG_src_w]);
    int32_t src_h = int32_argument(args[ARG_src_h]);
    int32_t channels = int32_argument(args[ARG_channels]);
    int32_t corners[4];
    const int32_t *region = region_argument(args[ARG_region], corners);
    int32_t dst_w = int32_argument(args[ARG_dst_w]);
    int32_t dst_h = int32_argument(args[ARG_dst_h]);
    raise_unless_ok(imgprep_resize_area(src.buf, src.len, src_w, src_h, channels, region, dst.buf, dst.len, dst_w,
        dst_h));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(resize_area_obj, 8, 8, mod_resize_area);

static mp_obj_t mod_mean_abs_diff(mp_obj_t a_in, mp_obj_t b_in) {
    mp_buffer_info_t a, b;
    mp_get_buffer_raise(a_in, &a, MP_BUFFER_READ);
    mp_get_buffer_raise(b_in, &b, MP_BUFFER_READ);
    uint32_t difference;
    raise_unless_ok(imgprep_mean_abs_diff(a.buf, a.len, b.buf, b.len, &difference));
    return mp_obj_new_int_from_uint(difference);
}
static MP_DEFINE_CONST_FUN_OBJ_2(mean_abs_diff_obj, mod_mean_abs_diff);

static mp_obj_t mod_nearest(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    enum { ARG_vector, ARG_table, ARG_count, ARG_out };
    mp_buffer_info_t vector, table, out;
    mp_get_buffer_raise(args[ARG_vector], &vector, MP_BUFFER_READ);
    mp_get_buffer_raise(args[ARG_table], &table, MP_BUFFER_READ);
    mp_get_buffer_raise(args[ARG_out], &out, MP_BUFFER_WRITE);
    const int32_t count = int32_argument(args[ARG_count]);
    uint32_t nearest;
    raise_unless_ok(imgprep_nearest(vector.buf, vector.len, table.buf, table.len, count < 0 ? 0 : (size_t)count, out.buf,
        out.len, &nearest));
    return MP_OBJ_NEW_SMALL_INT(nearest);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(nearest_obj, 4, 4, mod_nearest);

static mp_buffer_info_t buffer_argument(mp_obj_t object, mp_uint_t flags) {
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(object, &buffer, flags);
    return buffer;
}

static mp_obj_t mod_colour_histogram(mp_obj_t pixels_in, mp_obj_t channels, mp_obj_t out_in) {
    const mp_buffer_info_t pixels = buffer_argument(pixels_in, MP_BUFFER_READ);
    const mp_buffer_info_t out = buffer_argument(out_in, MP_BUFFER_WRITE);
    raise_unless_ok(imgprep_colour_histogram(pixels.buf, pixels.len, int32_argument(channels), out.buf, out.len));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_3(colour_histogram_obj, mod_colour_histogram);

static mp_obj_t mod_colour_shares(mp_obj_t pixels_in, mp_obj_t channels, mp_obj_t out_in) {
    const mp_buffer_info_t pixels = buffer_argument(pixels_in, MP_BUFFER_READ);
    const mp_buffer_info_t out = buffer_argument(out_in, MP_BUFFER_WRITE);
    raise_unless_ok(imgprep_colour_shares(pixels.buf, pixels.len, int32_argument(channels), out.buf, out.len));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_3(colour_shares_obj, mod_colour_shares);

static mp_obj_t mod_luma_statistics(mp_obj_t luma_in, mp_obj_t out_in) {
    const mp_buffer_info_t luma = buffer_argument(luma_in, MP_BUFFER_READ);
    const mp_buffer_info_t out = buffer_argument(out_in, MP_BUFFER_WRITE);
    raise_unless_ok(imgprep_luma_statistics(luma.buf, luma.len, out.buf, out.len));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(luma_statistics_obj, mod_luma_statistics);

static mp_obj_t mod_sharpness(mp_obj_t luma_in, mp_obj_t w, mp_obj_t h) {
    const mp_buffer_info_t luma = buffer_argument(luma_in, MP_BUFFER_READ);
    uint32_t sharpness;
    raise_unless_ok(imgprep_sharpness(luma.buf, luma.len, int32_argument(w), int32_argument(h), &sharpness));
    return mp_obj_new_int_from_uint(sharpness);
}
static MP_DEFINE_CONST_FUN_OBJ_3(sharpness_obj, mod_sharpness);

static mp_obj_t mod_hog_size(mp_obj_t w, mp_obj_t h) {
    return mp_obj_new_int_from_uint(imgprep_hog_size(int32_argument(w), int32_argument(h)));
}
static MP_DEFINE_CONST_FUN_OBJ_2(hog_size_obj, mod_hog_size);

static mp_obj_t mod_hog_scratch_size(mp_obj_t w, mp_obj_t h) {
    return mp_obj_new_int_from_uint(imgprep_hog_scratch_size(int32_argument(w), int32_argument(h)));
}
static MP_DEFINE_CONST_FUN_OBJ_2(hog_scratch_size_obj, mod_hog_scratch_size);

static mp_obj_t mod_hog(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    enum { ARG_luma, ARG_w, ARG_h, ARG_scratch, ARG_out };
    const mp_buffer_info_t luma = buffer_argument(args[ARG_luma], MP_BUFFER_READ);
    const mp_buffer_info_t scratch = buffer_argument(args[ARG_scratch], MP_BUFFER_WRITE);
    const mp_buffer_info_t out = buffer_argument(args[ARG_out], MP_BUFFER_WRITE);
    raise_unless_ok(imgprep_hog(luma.buf, luma.len, int32_argument(args[ARG_w]), int32_argument(args[ARG_h]),
        scratch.buf, scratch.len, out.buf, out.len));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(hog_obj, 5, 5, mod_hog);

static mp_obj_t mod_phase_shift_scratch_size(mp_obj_t side) {
    return mp_obj_new_int_from_uint(imgprep_phase_shift_scratch_size(int32_argument(side)));
}
static MP_DEFINE_CONST_FUN_OBJ_1(phase_shift_scratch_size_obj, mod_phase_shift_scratch_size);

static mp_obj_t mod_phase_shift(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    enum { ARG_reference, ARG_luma, ARG_side, ARG_scratch, ARG_out };
    const mp_buffer_info_t reference = buffer_argument(args[ARG_reference], MP_BUFFER_READ);
    const mp_buffer_info_t luma = buffer_argument(args[ARG_luma], MP_BUFFER_READ);
    const mp_buffer_info_t scratch = buffer_argument(args[ARG_scratch], MP_BUFFER_WRITE);
    const mp_buffer_info_t out = buffer_argument(args[ARG_out], MP_BUFFER_WRITE);
    raise_unless_ok(imgprep_phase_shift(reference.buf, reference.len, luma.buf, luma.len,
        int32_argument(args[ARG_side]), scratch.buf, scratch.len, out.buf, out.len));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(phase_shift_obj, 5, 5, mod_phase_shift);

static mp_obj_t mod_edges(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    enum { ARG_luma, ARG_side, ARG_hidden, ARG_out };
    const mp_buffer_info_t luma = buffer_argument(args[ARG_luma], MP_BUFFER_READ);
    const mp_buffer_info_t out = buffer_argument(args[ARG_out], MP_BUFFER_WRITE);
    int32_t corners[4];
    const int32_t *hidden = region_argument(args[ARG_hidden], corners);
    uint32_t strength;
    raise_unless_ok(imgprep_edges(luma.buf, luma.len, int32_argument(args[ARG_side]), hidden, out.buf, out.len, &strength));
    return MP_OBJ_NEW_SMALL_INT(strength);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(edges_obj, 4, 4, mod_edges);

static const mp_rom_map_elem_t globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_imgprep) },
    { MP_ROM_QSTR(MP_QSTR_resize_area), MP_ROM_PTR(&resize_area_obj) },
    { MP_ROM_QSTR(MP_QSTR_mean_abs_diff), MP_ROM_PTR(&mean_abs_diff_obj) },
    { MP_ROM_QSTR(MP_QSTR_nearest), MP_ROM_PTR(&nearest_obj) },
    { MP_ROM_QSTR(MP_QSTR_colour_shares), MP_ROM_PTR(&colour_shares_obj) },
    { MP_ROM_QSTR(MP_QSTR_colour_histogram), MP_ROM_PTR(&colour_histogram_obj) },
    { MP_ROM_QSTR(MP_QSTR_luma_statistics), MP_ROM_PTR(&luma_statistics_obj) },
    { MP_ROM_QSTR(MP_QSTR_sharpness), MP_ROM_PTR(&sharpness_obj) },
    { MP_ROM_QSTR(MP_QSTR_hog_size), MP_ROM_PTR(&hog_size_obj) },
    { MP_ROM_QSTR(MP_QSTR_hog_scratch_size), MP_ROM_PTR(&hog_scratch_size_obj) },
    { MP_ROM_QSTR(MP_QSTR_hog), MP_ROM_PTR(&hog_obj) },
    { MP_ROM_QSTR(MP_QSTR_phase_shift_scratch_size), MP_ROM_PTR(&phase_shift_scratch_size_obj) },
    { MP_ROM_QSTR(MP_QSTR_phase_shift), MP_ROM_PTR(&phase_shift_obj) },
    { MP_ROM_QSTR(MP_QSTR_edges), MP_ROM_PTR(&edges_obj) },
};
static MP_DEFINE_CONST_DICT(globals, globals_table);

const mp_obj_module_t imgprep_user_cmodule = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&globals,
};
MP_REGISTER_MODULE(MP_QSTR_imgprep, imgprep_user_cmodule);
