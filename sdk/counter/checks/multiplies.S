@ Slot 0 (A32) and 1 (Thumb): 9 long multiplies among 13 instructions. 2 and 3: 9 NEON multiplies among 13.
    .include "marks.inc"
    .fpu neon
    .macro long_multiplies
    smull r1, r2, r3, r4
    umull r1, r2, r3, r4
    smlal r1, r2, r3, r4
    umlal r1, r2, r3, r4
    umaal r1, r2, r3, r4
    smmul r1, r3, r4
    smmulr r1, r3, r4
    smmla r1, r2, r3, r4
    smmls r1, r2, r3, r4
    mul r1, r3, r4
    mla r1, r2, r3, r4
    smulbb r1, r3, r4
    smlabb r1, r2, r3, r4
    .endm

    .macro neon_multiplies
    vmull.s8 q0, d2, d3
    vmlal.s8 q0, d2, d3
    vmlal.s16 q0, d2, d3[1]
    vmul.i16 q0, q1, q2
    vmla.i32 q0, q1, q2
    vqdmulh.s16 q0, q1, q2
    vqrdmulh.s32 q0, q1, d4[0]
    vmul.f32 q0, q1, q2
    vmull.s16 q7, d14, d15
    vpadal.s8 q0, q1
    vaddl.s8 q0, d2, d3
    vshl.s32 q0, q1, q2
    vext.8 q0, q1, q2, #3
    .endm

    .arm
    .globl _start
_start:
    start 0
    long_multiplies
    stop 0
    start 2
    neon_multiplies
    stop 2
    adr r2, thumb + 1
    bx r2
    .thumb
    .thumb_func
thumb:
    start 1
    long_multiplies
    stop 1
    start 3
    neon_multiplies
    stop 3
    quit
