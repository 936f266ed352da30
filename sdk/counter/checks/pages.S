@ Slot 0: one page of code; loads from pages 0, 2 and 4 and across 5 and 6; stores to pages 8 and 4 and, with a failing
@ condition, to none. Slot 1: nothing, so only its code.
    .include "marks.inc"
    .arm
    .balign 4096
    .globl _start
_start:
    movw r4, #:lower16:memory
    movt r4, #:upper16:memory
    movw r5, #4096
    start 0
    ldr r1, [r4]
    ldr r1, [r4, r5, lsl #1]
    ldr r1, [r4, r5, lsl #2]
    add r6, r5, r5, lsl #2
    add r6, r6, r4
    movw r3, #4094
    ldr r1, [r6, r3]
    str r1, [r4, r5, lsl #3]
    str r1, [r4, r5, lsl #2]
    cmp r4, #0
    streq r1, [r4, r5]
    stop 0
    start 1
    stop 1
    quit

    .bss
    .balign 4096
memory:
    .space 16 * 4096
