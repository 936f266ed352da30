// libFuzzer's two calls around the interpreter. The program's name, without its folder, is the name of a frozen module
// of sdk/fuzz/parsers; its function `one` takes the input as a memoryview. An exception that leaves it is a crash, and
// so is a heap that grows from run to run.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sanitizer/asan_interface.h>

#include "py/builtin.h"
#include "py/cstack.h"
#include "py/gc.h"
#include "py/mphal.h"
#include "py/objarray.h"
#include "py/objlist.h"
#include "py/runtime.h"

#define HEAP_BYTES (1u << 20)
#define STACK_BYTES (256u << 10) // sanitizers make frames several times larger
#define RUNS_PER_COLLECTION (64u)
#define RUNS_TO_WARM_UP (4096u)  // caches of the interpreter fill
#define HEAP_SLACK (32u << 10)   // the collector is conservative: a stale word may keep a block

#define COUNTERS (1u << 12)
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t counters[COUNTERS];

int fuzz_unseen_memcmp(const void *first, const void *second, size_t size);
int fuzz_unseen_strncmp(const char *first, const char *second, size_t size);
NORETURN void __real_nlr_jump(void *value);
NORETURN void __wrap_nlr_jump(void *value);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static mp_obj_t one;
static unsigned runs;
static size_t used_when_warm;

// Byte code is constant data of this executable: its distance to `counters` is the same in every process.
void fuzz_covered(const void *ip) {
    const uintptr_t place = (uintptr_t)ip - (uintptr_t)counters;
    counters[(place ^ place >> 12) % COUNTERS] += 1;
}

int fuzz_unseen_memcmp(const void *first, const void *second, size_t size) {
    const uint8_t *a = first, *b = second;
    while (size && *a == *b) {
        ++a;
        ++b;
        --size;
    }
    return size ? *a - *b : 0;
}

int fuzz_unseen_strncmp(const char *first, const char *second, size_t size) {
    while (size && *first && *first == *second) {
        ++first;
        ++second;
        --size;
    }
    return size ? (uint8_t)*first - (uint8_t)*second : 0;
}

// An exception leaves frames without their epilogues: the sanitizer must forget their red zones.
void __wrap_nlr_jump(void *value) {
    __asan_handle_no_return();
    __real_nlr_jump(value);
}

static void crash(const char *why, mp_obj_t exception) {
    fprintf(stderr, "fuzz: %s\n", why);
    if (exception != MP_OBJ_NULL) {
        mp_obj_print_exception(&mp_stderr_print, exception);
    }
    abort();
}

static mp_obj_t load(const char *name) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) != 0) {
        crash(name, MP_OBJ_FROM_PTR(nlr.ret_val));
    }
    mp_obj_t module = mp_import_name(qstr_from_str(name), mp_const_none, MP_OBJ_NEW_SMALL_INT(0));
    mp_obj_t function = mp_load_attr(module, qstr_from_str("one"));
    nlr_pop();
    return function;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    mp_cstack_init_with_sp_here(STACK_BYTES);
    char *heap = malloc(HEAP_BYTES);
    gc_init(heap, heap + HEAP_BYTES);
    mp_init();
    mp_sys_path = mp_obj_new_list(0, NULL);
    mp_obj_list_append(mp_sys_path, MP_OBJ_NEW_QSTR(qstr_from_str(".frozen")));
    mp_obj_list_init(MP_OBJ_TO_PTR(mp_sys_argv), 0);
    const char *slash = strrchr((*argv)[0], '/');
    one = load(slash ? slash + 1 : (*argv)[0]); // its module, in sys.modules, keeps it
    return 0;
}

static void check_heap(void) {
    gc_collect();
    gc_info_t info;
    gc_info(&info);
    if (runs <= RUNS_TO_WARM_UP) {
        used_when_warm = info.used > used_when_warm ? info.used : used_when_warm;
    } else if (info.used > used_when_warm + HEAP_SLACK) {
        fprintf(stderr, "%zu bytes in use, %zu when warm\n", info.used, used_when_warm);
        crash("the heap grows", MP_OBJ_NULL);
    }
}

static void call(const uint8_t *data, size_t size) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) != 0) {
        crash("an exception that must not come out", MP_OBJ_FROM_PTR(nlr.ret_val));
    }
    mp_call_function_1(one, mp_obj_new_memoryview('B', size, (void *)data));
    nlr_pop();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    mp_cstack_init_with_sp_here(STACK_BYTES);
    call(data, size);
    if (++runs % RUNS_PER_COLLECTION == 0) {
        check_heap();
    }
    return 0;
}
