#include "ujpeg_dc_row.h"

#include "ujpeg_idct.h"

bool ujpeg_dc_row__c(const int16_t *dcs, uint32_t h, uint32_t v, uint32_t line, uint32_t mcus, int32_t quant,
    uint8_t *row) {
    uint32_t worst = 0;
    dcs += line * h;
    for (uint32_t mcu = 0; mcu < mcus; ++mcu, dcs += h * v) {
        for (uint32_t i = 0; i < h; ++i) {
            const int32_t value = ujpeg_descale(dcs[i] * quant, 3);
            ujpeg_watch(&worst, value, UJPEG_PIXEL_MAX);
            *row++ = ujpeg_pixel(value);
        }
    }
    return worst == 0;
}
