// watchdog: the kernel ends this process unless it is told again and again that all is well. Whatever supervises the
// process (systemd, the camera's own) starts it anew.

#include <signal.h>
#include <unistd.h>

#include "py/runtime.h"

enum { LONGEST_S = 86400 };

// SIGALRM with its default action, which is the end: no handler of ours has to run, so neither a loop in C nor a full
// pipe can keep the process alive. The timer is of monotonic time.
static void let_it_kill(void) {
    signal(SIGALRM, SIG_DFL);
    sigset_t alarms;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &alarms, NULL);
}

// feed(seconds): the end comes after so many seconds from now unless it is called again; 0 = never.
static mp_obj_t watchdog_feed(mp_obj_t seconds_object) {
    mp_int_t seconds = mp_obj_get_int(seconds_object);
    if (seconds < 0 || seconds > LONGEST_S) {
        mp_raise_ValueError(MP_ERROR_TEXT("watchdog: seconds must be 0 to 86400"));
    }
    let_it_kill();
    alarm((unsigned)seconds);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(watchdog_feed_obj, watchdog_feed);

static const mp_rom_map_elem_t watchdog_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_watchdog) },
    { MP_ROM_QSTR(MP_QSTR_feed), MP_ROM_PTR(&watchdog_feed_obj) },
};
static MP_DEFINE_CONST_DICT(watchdog_globals, watchdog_globals_table);

const mp_obj_module_t watchdog_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&watchdog_globals,
};
MP_REGISTER_MODULE(MP_QSTR_watchdog, watchdog_module);
