#include "ujpeg_idct.h"

#include "cpu.h"

static ujpeg_idct_fn *portable(uint32_t side) {
    return side == 1 ? ujpeg_idct_1x1__c : side == 2 ? ujpeg_idct_2x2__c : side == 4 ? ujpeg_idct_4x4__c
        : ujpeg_idct_8x8__c;
}

ujpeg_idct_fn *ujpeg_idct(uint32_t side) {
    #ifdef __arm__
    if (side == 2 && cpu_has_neon()) {
        return ujpeg_idct_2x2__neon;
    }
    #endif
    return portable(side);
}
