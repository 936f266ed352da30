@ What ends or splits a block.
@ Slot 0: 8, conditions that fail and hold.  1: 7, a call and both outcomes of a branch.  2: 6, a jump by ldm and one by
@ a table.  3: 9, Thumb with an IT block, entered and left by bx.
    .include "marks.inc"
    .arm
    .globl _start
_start:
    start 0
    mov r1, #0          @ 1
    cmp r1, #1          @ 2
    addeq r1, r1, #1    @ 3 fails
    ldreq r2, [r1]      @ 4 fails: would be a fault
    umulleq r2, r3, r1, r1 @ 5 fails
    addne r1, r1, #1    @ 6
    cmp r1, #1          @ 7
    moveq r2, #0        @ 8
    stop 0

    start 1
    bl callee           @ 1, and 2 in there
    cmp r1, r1          @ 4
    bne 9f              @ 5 not taken
    beq 1f              @ 6 taken
    nop
    nop
1:  nop                 @ 7
    stop 1

    start 2
    adr r2, 2f          @ 1
    push {r2}           @ 2
    ldm sp!, {pc}       @ 3
    nop
2:  mov r3, #0          @ 4
    add pc, pc, r3      @ 5, to two instructions further on
    nop
    nop                 @ 6
    stop 2

    start 3
    adr r2, thumb + 1   @ 1
    adr lr, 3f          @ 2
    bx r2               @ 3
3:  stop 3
9:  quit

callee:
    nop
    bx lr

    .thumb
    .thumb_func
thumb:
    cmp r1, r1          @ 4
    ite eq              @ 5
    moveq r1, #2        @ 6
    movne r1, #3        @ 7 fails
    addw r1, r1, #1     @ 8
    bx lr               @ 9
