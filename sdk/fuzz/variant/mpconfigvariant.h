// The firmware's own configuration, and Python code that libFuzzer can see.

// The collector reads the registers through setjmp: clang does not promise register variables.
#define MICROPY_GCREGS_SETJMP (1)

#include "../../variant/mpconfigvariant.h"

// The virtual machine comes here after every jump and at every call: one counter for each place it goes on at.
extern void fuzz_covered(const void *ip);
#define MICROPY_VM_HOOK_LOOP fuzz_covered(ip);
#define MICROPY_VM_HOOK_RETURN fuzz_covered(ip);
