// Debian's static libjpeg is built for executables: it reaches for stderr in a way that a shared library
// cannot. build.mk renames that symbol in a copy of the archive to this one.

#include <stdio.h>

__attribute__((visibility("hidden"))) FILE *doorlens_stderr;

__attribute__((constructor)) static void doorlens_stderr_init(void) {
    doorlens_stderr = stderr;
}
