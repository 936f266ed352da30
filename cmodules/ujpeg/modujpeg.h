// What the files of the MicroPython module share.
#ifndef MODUJPEG_H
#define MODUJPEG_H

#include "py/obj.h"

#include "ujpeg.h"

void modujpeg_raise_unless_ok(ujpeg_status_t status);
int32_t modujpeg_int32(mp_obj_t object);

// None leaves region alone and returns NULL.
const int32_t *modujpeg_region(mp_obj_t object, int32_t region[4]);

// decode(path): (width, height, bytearray of RGB) of the picture in a file.
mp_obj_t modujpeg_decode_path(mp_obj_t path, int32_t denominator, const int32_t region[4]);

extern const mp_obj_fun_builtin_fixed_t modujpeg_decode_to_file_obj;
extern const mp_obj_type_t modujpeg_stream_type;

#endif
