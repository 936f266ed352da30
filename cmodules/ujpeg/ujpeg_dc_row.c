#include "ujpeg_dc_row.h"

#include "cpu.h"

ujpeg_dc_row_fn *ujpeg_dc_row(void) {
    #ifdef __arm__
    return cpu_has_neon() ? ujpeg_dc_row__neon : ujpeg_dc_row__c;
    #else
    return ujpeg_dc_row__c;
    #endif
}
