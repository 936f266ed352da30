// Marks in a program running under qemu-arm where the counter starts and stops; everywhere else they do nothing
// (they close file descriptors that do not exist). A slot may start and stop any number of times; its counts add up.
// Counted: every instruction after the start's `svc` up to, not including, the stop's. About six of those are the
// marks' own. Instructions whose condition fails count. Bit 30 of a mark may be missing, so that MicroPython can set
// marks: open(0x044C0000 + slot).close() starts, open(0x044C8000 + slot).close() stops.
#pragma once

#define COUNTER_SLOTS 63            // 0 to 62
#define COUNTER_START 0x444C0000u
#define COUNTER_STOP 0x444C8000u
#define COUNTER_WRITE 0x444CF000u   // writes the results so far, for a program that will be killed

static inline void counter_mark(unsigned descriptor) {
    #if defined(__arm__)
    __asm__ volatile ("push {r7}\n\tmov r0, %0\n\tmov r7, #6\n\tsvc #0\n\tpop {r7}" :: "r"(descriptor) : "r0", "memory");
    #else
    (void)descriptor;
    #endif
}

static inline void counter_start(unsigned slot) {
    counter_mark(COUNTER_START + slot);
}

static inline void counter_stop(unsigned slot) {
    counter_mark(COUNTER_STOP + slot);
}

static inline void counter_write(void) {
    counter_mark(COUNTER_WRITE);
}
