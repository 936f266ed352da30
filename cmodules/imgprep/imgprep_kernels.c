#include "imgprep_kernels.h"

#include "cpu.h"

static const imgprep_kernels_t portable = {
    #define KERNEL(result, name, parameters) .name = name##__c,
    #include "imgprep_kernels.inc"
    #undef KERNEL
};

#ifdef __arm__

static const imgprep_kernels_t neon = {
    #define KERNEL(result, name, parameters) .name = name##__neon,
    #include "imgprep_kernels.inc"
    #undef KERNEL
};

const imgprep_kernels_t *imgprep_kernels(void) {
    return cpu_has_neon() ? &neon : &portable;
}

#else

const imgprep_kernels_t *imgprep_kernels(void) {
    return &portable;
}

#endif
