// Complex numbers brought to length PHASOR_ONE, in place, by a CORDIC that turns (re, im) to the real axis and a vector
// of known length the other way (Volder 1959). |re|, |im| < 2^29; the longer of them at least 2^28, or both 0, which
// stay 0.
#ifndef PHASOR_H
#define PHASOR_H

#define PHASOR_ONE (1 << 14)
#define PHASOR_STEPS (14)
// 2^22 / product of sqrt(1 + 4^-i) over the steps: the turned vector carries 8 more bits.
#define PHASOR_START (2547003)

#endif
