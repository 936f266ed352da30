// descriptor: what MicroPython's file objects lack when a file is a pipe.

#include <errno.h>
#include <fcntl.h>

#include "py/runtime.h"

// set_nonblocking(fd): reads from it return at once from now on, with None when there is nothing. Raises OSError.
static mp_obj_t descriptor_set_nonblocking(mp_obj_t descriptor) {
    int fd = (int)mp_obj_get_int(descriptor);
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        mp_raise_OSError(errno);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(descriptor_set_nonblocking_obj, descriptor_set_nonblocking);

static const mp_rom_map_elem_t descriptor_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_descriptor) },
    { MP_ROM_QSTR(MP_QSTR_set_nonblocking), MP_ROM_PTR(&descriptor_set_nonblocking_obj) },
};
static MP_DEFINE_CONST_DICT(descriptor_globals, descriptor_globals_table);

const mp_obj_module_t descriptor_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&descriptor_globals,
};
MP_REGISTER_MODULE(MP_QSTR_descriptor, descriptor_module);
