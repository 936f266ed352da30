#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "frame_grid.h"

#define PAGE ((size_t)4096)
#define MARK (0x5a)

static size_t rounded(size_t size, size_t unit) {
    return (size + unit - 1) / unit * unit;
}

grid_memory_t grid_memory(size_t size, size_t alignment, bool at_end) {
    const size_t usable = rounded(size, PAGE), all = usable + 2 * PAGE;
    uint8_t *mapped = mmap(NULL, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED || (usable && mprotect(mapped + PAGE, usable, PROT_READ | PROT_WRITE) != 0)) {
        perror("mmap");
        exit(2);
    }
    memset(mapped + PAGE, MARK, usable);
    uint8_t *block = mapped + PAGE + (at_end ? usable - rounded(size, alignment) : 0);
    return (grid_memory_t) {block, size, mapped, all};
}

bool grid_memory_intact(const grid_memory_t *memory) {
    const uint8_t *first = memory->mapped + PAGE, *end = memory->mapped + memory->mapped_size - PAGE;
    bool intact = true;
    for (const uint8_t *at = first; at < end; ++at) {
        const bool inside = at >= memory->block && at < memory->block + memory->size;
        intact = intact && (inside || *at == MARK);
    }
    return intact;
}

void grid_memory_free(const grid_memory_t *memory) {
    munmap(memory->mapped, memory->mapped_size);
}
