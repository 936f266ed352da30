// What this processor can do; every module's dispatch asks here.
#ifndef CPU_H
#define CPU_H

#include <stdbool.h>

// Whether the kernels in files named *__neon.c may run. Always false outside ARM.
bool cpu_has_neon(void);

#endif
