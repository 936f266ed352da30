// execute: other executables in this process's place or beside it, for updates of the firmware.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "py/runtime.h"

#if defined(__x86_64__)
#define MACHINE MP_QSTR_x86_64
#elif defined(__arm__) && __ARM_ARCH >= 7
#define MACHINE MP_QSTR_armv7
#else
#define MACHINE MP_QSTR_other
#endif

enum { LONGEST_S = 3600, STDERR = 2 };

// Arguments as execv takes them, in memory of the collector's.
static char **strings(mp_obj_t list) {
    size_t count;
    mp_obj_t *items;
    mp_obj_get_array(list, &count, &items);
    if (count == 0) {
        mp_raise_ValueError(MP_ERROR_TEXT("execute: there must be an argument"));
    }
    char **made = m_new(char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        made[i] = (char *)mp_obj_str_get_str(items[i]);
    }
    made[count] = NULL;
    return made;
}

// Sockets and files of ours end with the new executable's begin; if that fails they are as before.
static void close_on_exec(void) {
    DIR *folder = opendir("/proc/self/fd");
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        int fd = atoi(entry->d_name);
        if (fd > STDERR) {
            fcntl(fd, F_SETFD, FD_CLOEXEC);
        }
    }
    if (folder) {
        closedir(folder);
    }
}

// own_path(): of the executable of this process. Raises OSError.
static mp_obj_t execute_own_path(void) {
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    if (length < 0) {
        mp_raise_OSError(errno);
    }
    return mp_obj_new_str(path, (size_t)length);
}
static MP_DEFINE_CONST_FUN_OBJ_0(execute_own_path_obj, execute_own_path);

// permit(path): its owner may read, write and execute it, nobody else anything. Raises OSError.
static mp_obj_t execute_permit(mp_obj_t path) {
    if (chmod(mp_obj_str_get_str(path), S_IRWXU) < 0) {
        mp_raise_OSError(errno);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(execute_permit_obj, execute_permit);

// replace(path, arguments): the executable `path` takes this process's place. Returns never; raises OSError.
static mp_obj_t execute_replace(mp_obj_t path, mp_obj_t arguments) {
    char **argv = strings(arguments);
    close_on_exec();
    execv(mp_obj_str_get_str(path), argv);
    mp_raise_OSError(errno);
}
static MP_DEFINE_CONST_FUN_OBJ_2(execute_replace_obj, execute_replace);

// In the new process: never returns. What goes wrong before the executable has begun is told through `report`.
static void become(char **argv, unsigned seconds, int report) {
    signal(SIGALRM, SIG_DFL);
    alarm(seconds);
    execv(argv[0], argv);
    int error = errno;
    (void)!write(report, &error, sizeof error);
    _exit(127);
}

// start(arguments, seconds): runs the executable arguments[0]; the kernel ends it after so many seconds. Its number.
// Raises OSError if it cannot be started.
static mp_obj_t execute_start(mp_obj_t arguments, mp_obj_t seconds_object) {
    char **argv = strings(arguments);
    mp_int_t seconds = mp_obj_get_int(seconds_object);
    if (seconds < 1 || seconds > LONGEST_S) {
        mp_raise_ValueError(MP_ERROR_TEXT("execute: seconds must be 1 to 3600"));
    }
    int report[2], error = 0;
    if (pipe(report) < 0) {
        mp_raise_OSError(errno);
    }
    fcntl(report[1], F_SETFD, FD_CLOEXEC);
    close_on_exec();
    pid_t pid = fork();
    if (pid == 0) {
        become(argv, (unsigned)seconds, report[1]);
    }
    if (pid < 0) {
        error = errno;
    }
    close(report[1]);
    ssize_t told;
    int failure = 0;
    do { // ends when the executable has begun, which closes the other end
        told = read(report[0], &failure, sizeof failure);
    } while (told < 0 && errno == EINTR);
    close(report[0]);
    if (told == sizeof failure) {
        error = failure;
        waitpid(pid, NULL, 0);
    }
    if (error) {
        mp_raise_OSError(error);
    }
    return mp_obj_new_int(pid);
}
static MP_DEFINE_CONST_FUN_OBJ_2(execute_start_obj, execute_start);

// ended(number): None while it runs, then once its exit status or minus the signal that ended it. Raises OSError.
static mp_obj_t execute_ended(mp_obj_t number) {
    int status;
    pid_t pid = waitpid((pid_t)mp_obj_get_int(number), &status, WNOHANG);
    if (pid < 0) {
        mp_raise_OSError(errno);
    }
    if (pid == 0) {
        return mp_const_none;
    }
    return MP_OBJ_NEW_SMALL_INT(WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status));
}
static MP_DEFINE_CONST_FUN_OBJ_1(execute_ended_obj, execute_ended);

// end(number): ends one that was started, and forgets it.
static mp_obj_t execute_end(mp_obj_t number) {
    pid_t pid = (pid_t)mp_obj_get_int(number);
    if (pid > 1 && kill(pid, SIGKILL) == 0) {
        waitpid(pid, NULL, 0);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(execute_end_obj, execute_end);

static const mp_rom_map_elem_t execute_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_execute) },
    { MP_ROM_QSTR(MP_QSTR_MACHINE), MP_ROM_QSTR(MACHINE) },
    { MP_ROM_QSTR(MP_QSTR_own_path), MP_ROM_PTR(&execute_own_path_obj) },
    { MP_ROM_QSTR(MP_QSTR_permit), MP_ROM_PTR(&execute_permit_obj) },
    { MP_ROM_QSTR(MP_QSTR_replace), MP_ROM_PTR(&execute_replace_obj) },
    { MP_ROM_QSTR(MP_QSTR_start), MP_ROM_PTR(&execute_start_obj) },
    { MP_ROM_QSTR(MP_QSTR_ended), MP_ROM_PTR(&execute_ended_obj) },
    { MP_ROM_QSTR(MP_QSTR_end), MP_ROM_PTR(&execute_end_obj) },
};
static MP_DEFINE_CONST_DICT(execute_globals, execute_globals_table);

const mp_obj_module_t execute_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&execute_globals,
};
MP_REGISTER_MODULE(MP_QSTR_execute, execute_module);
