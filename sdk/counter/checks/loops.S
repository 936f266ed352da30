@ Slot 0: nothing. 1: one instruction. 2: 1 + 2 * 1000. 3: the same with 2000. 4: slot 1's body three times over.
    .include "marks.inc"
    .macro count_down n
    mov r4, #\n
1:  subs r4, r4, #1
    bne 1b
    .endm

    .arm
    .globl _start
_start:
    start 0
    stop 0
    start 1
    nop
    stop 1
    start 2
    count_down 1000
    stop 2
    start 3
    count_down 2000
    stop 3
    mov r8, #3
2:  start 4
    nop
    stop 4
    subs r8, r8, #1
    bne 2b
    quit
