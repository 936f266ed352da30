// storage: what the spool and the settings need from the disk and MicroPython's os module lacks.

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "py/mphal.h"
#include "py/mpthread.h"
#include "py/runtime.h"

static int sync_descriptor(int fd) {
    int result;
    MP_THREAD_GIL_EXIT();
    do {
        result = fsync(fd);
    } while (result < 0 && errno == EINTR);
    MP_THREAD_GIL_ENTER();
    return result < 0 ? errno : 0;
}

static int sync_path(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int error = sync_descriptor(fd);
    close(fd);
    return error;
}

// fsync(fd_or_path): an open file's descriptor, or the path of a file or directory.
// Returns when it is on the disk; raises OSError.
static mp_obj_t storage_fsync(mp_obj_t target) {
    int error = mp_obj_is_str(target)
        ? sync_path(mp_obj_str_get_str(target))
        : sync_descriptor((int)mp_obj_get_int(target));
    if (error != 0) {
        mp_raise_OSError(error);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(storage_fsync_obj, storage_fsync);

static const mp_rom_map_elem_t storage_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_storage) },
    { MP_ROM_QSTR(MP_QSTR_fsync), MP_ROM_PTR(&storage_fsync_obj) },
};
static MP_DEFINE_CONST_DICT(storage_globals, storage_globals_table);

const mp_obj_module_t storage_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&storage_globals,
};
MP_REGISTER_MODULE(MP_QSTR_storage, storage_module);
