// MicroPython module sign.
#include "py/runtime.h"

#include "sign.h"

// verify(public_key, digest, signature): whether the signature is right; see sign.h. ValueError for a wrong length.
static mp_obj_t sign_verify_(mp_obj_t key_object, mp_obj_t digest_object, mp_obj_t signature_object) {
    mp_buffer_info_t key, digest, signature;
    mp_get_buffer_raise(key_object, &key, MP_BUFFER_READ);
    mp_get_buffer_raise(digest_object, &digest, MP_BUFFER_READ);
    mp_get_buffer_raise(signature_object, &signature, MP_BUFFER_READ);
    sign_status_t status = sign_verify(key.buf, key.len, digest.buf, digest.len, signature.buf, signature.len);
    switch (status) {
        case SIGN_OK:
            return mp_const_true;
        case SIGN_WRONG:
            return mp_const_false;
        case SIGN_MEMORY:
            mp_raise_type(&mp_type_MemoryError);
        default:
            mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("sign: %s"), sign_sentence(status));
    }
}
static MP_DEFINE_CONST_FUN_OBJ_3(sign_verify_obj, sign_verify_);

static const mp_rom_map_elem_t sign_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_sign) },
    { MP_ROM_QSTR(MP_QSTR_verify), MP_ROM_PTR(&sign_verify_obj) },
};
static MP_DEFINE_CONST_DICT(sign_globals, sign_globals_table);

const mp_obj_module_t sign_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&sign_globals,
};
MP_REGISTER_MODULE(MP_QSTR_sign, sign_module);
