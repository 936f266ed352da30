#include "cpu.h"

#ifdef __arm__

#include <sys/auxv.h>

#define HWCAP_NEON_BIT (1ul << 12) // asm/hwcap.h of 32-bit ARM

// The kernel passes the auxiliary vector in memory: reading it costs no system call.
bool cpu_has_neon(void) {
    return (getauxval(AT_HWCAP) & HWCAP_NEON_BIT) != 0;
}

#else

bool cpu_has_neon(void) {
    return false;
}

#endif
