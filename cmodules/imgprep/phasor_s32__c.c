#include "imgprep_kernels.h"
#include "phasor.h"

static inline int32_t negated_if(int32_t value, int32_t mask) {
    return (value ^ mask) - mask;
}

void phasor_s32__c(int32_t *re, int32_t *im, size_t size) {
    for (size_t i = 0; i < size; ++i) {
        if (re[i] == 0 && im[i] == 0) {
            continue;
        }
        const int32_t left = re[i] < 0 ? -1 : 0;
        int32_t x = negated_if(re[i], left), y = negated_if(im[i], left), u = negated_if(PHASOR_START, left), v = 0;
        for (int step = 0; step < PHASOR_STEPS; ++step) {
            const int32_t negative = y < 0 ? -1 : 0;
            const int32_t dx = negated_if(y >> step, negative), dy = negated_if(x >> step, negative);
            const int32_t du = negated_if(v >> step, negative), dv = negated_if(u >> step, negative);
            x += dx;
            y -= dy;
            u -= du;
            v += dv;
        }
        re[i] = (u + 128) >> 8;
        im[i] = (v + 128) >> 8;
    }
}
