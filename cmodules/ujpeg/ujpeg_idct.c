#include "ujpeg_idct.h"

#include "cpu.h"

ujpeg_idct_fn *ujpeg_idct(uint32_t side) {
    #ifdef __arm__
    if (side == 2 && cpu_has_neon()) {
        return ujpeg_idct_2x2__neon;
    }
    #endif
    return side == 2 ? ujpeg_idct_2x2__c : side == 4 ? ujpeg_idct_4x4__c : ujpeg_idct_8x8__c;
}
