// Runs before main(): the defaults of this variant that MicroPython's unix port keeps in variables.

#include <netdb.h>
#include <nss.h>
#include <stddef.h>

// Heap of the garbage collector, in bytes; `-X heapsize=16M` overrides it.
// 4 MiB with 32-bit words: JPEG buffer, decoded region, model and arena, with room for the application.
extern long heap_size;

__attribute__((constructor)) static void doorlens_startup(void) {
    heap_size = 1024L * 1024L * (long)sizeof(void *);
    // A static executable must not load the camera's own NSS plugins, which belong to another libc.
    __nss_configure_lookup("hosts", "files dns");
}
