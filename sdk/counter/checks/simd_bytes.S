@ Bytes through SIMD and VFP registers; slot 0 in A32, slot 1 in Thumb.
@ Loads:  8 + 16 + 24 + 32, 16 + 32 + 24 + 32, 1 + 4 + 4 + 16, 4 + 8 + 32 + 20 = 273
@ Stores: 16 + 32 + 2 + 8 + 4 + 64 = 126. vmov between register files moves no memory.
    .include "marks.inc"
    .fpu neon
    .macro moves
    vld1.8 {d0}, [r4]
    vld1.8 {d0-d1}, [r4]
    vld1.16 {d0-d2}, [r4]
    vld1.64 {d0-d3}, [r4]
    vld2.8 {d0, d1}, [r4]
    vld2.8 {d0-d3}, [r4]
    vld3.8 {d0-d2}, [r4]
    vld4.8 {d0-d3}, [r4]
    vld1.8 {d0[3]}, [r4]
    vld2.16 {d0[1], d1[1]}, [r4]
    vld1.32 {d0[]}, [r4]
    vld4.32 {d0[0], d1[0], d2[0], d3[0]}, [r4]
    vldr s0, [r4]
    vldr d0, [r4, #8]
    vldmia r4, {d0-d3}
    vldmia r4, {s0-s4}
    vst1.8 {d0-d1}, [r4]
    vst4.8 {d0-d3}, [r4]
    vst1.16 {d0[1]}, [r4]
    vstr d0, [r4]
    vstr s0, [r4]
    vpush {d8-d15}
    vmov d0, r1, r2
    vmov r1, r2, d0
    vmov s0, r1
    .endm

    .arm
    .globl _start
_start:
    movw r4, #:lower16:memory
    movt r4, #:upper16:memory
    start 0
    moves
    stop 0
    adr r2, thumb + 1
    bx r2
    .thumb
    .thumb_func
thumb:
    start 1
    moves
    stop 1
    quit

    .bss
    .balign 64
memory:
    .space 256
