// termination: SIGTERM as a question that the application asks now and then, so that it can end in order.

#include <errno.h>
#include <signal.h>

#include "py/runtime.h"

static volatile sig_atomic_t asked_for;

static void note(int number) {
    (void)number;
    asked_for = 1;
}

// catch(): from now on the first SIGTERM is only noted; the second ends the process at once. Raises OSError.
static mp_obj_t termination_catch(void) {
    struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART | SA_RESETHAND };
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGTERM, &action, NULL) < 0) {
        mp_raise_OSError(errno);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_0(termination_catch_obj, termination_catch);

// asked(): whether SIGTERM has come.
static mp_obj_t termination_asked(void) {
    return mp_obj_new_bool(asked_for);
}
static MP_DEFINE_CONST_FUN_OBJ_0(termination_asked_obj, termination_asked);

static const mp_rom_map_elem_t termination_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_termination) },
    { MP_ROM_QSTR(MP_QSTR_catch), MP_ROM_PTR(&termination_catch_obj) },
    { MP_ROM_QSTR(MP_QSTR_asked), MP_ROM_PTR(&termination_asked_obj) },
};
static MP_DEFINE_CONST_DICT(termination_globals, termination_globals_table);

const mp_obj_module_t termination_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&termination_globals,
};
MP_REGISTER_MODULE(MP_QSTR_termination, termination_module);
