// libjpeg's error manager, silent: every error, and every warning that means lost pixels, becomes a status and a
// longjmp to the core's own setjmp.
#ifndef UJPEG_ERROR_H
#define UJPEG_ERROR_H

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "ujpeg.h"

typedef struct {
    struct jpeg_error_mgr base; // first: libjpeg hands back a pointer to it
    jmp_buf jump;
    ujpeg_status_t status;
    bool between_scans; // stray bytes before a marker are harmless here; webcams put them before the last one
} ujpeg_error_t;

struct jpeg_error_mgr *ujpeg_error_init(ujpeg_error_t *error);

// Leaves libjpeg with a status of ours.
void ujpeg_error_raise(ujpeg_error_t *error, ujpeg_status_t status) __attribute__((noreturn));

#endif
