#include <stdlib.h>

#include "frame.h"

static void *buffers[FRAME_MAX_BUFFERS];
static unsigned count;

static void free_all(void) {
    while (count > 0) {
        free(buffers[--count]);
    }
}

void *frame_buffer(size_t size) {
    if (count == FRAME_MAX_BUFFERS || size < 1 || size > FRAME_MAX_JPEG || (count == 0 && atexit(free_all) != 0)) {
        return NULL;
    }
    void *buffer = calloc(size, 1);
    if (buffer != NULL) {
        buffers[count++] = buffer;
    }
    return buffer;
}
