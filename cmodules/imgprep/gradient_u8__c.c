#include "gradient.h"
#include "imgprep_kernels.h"

// Vectoring CORDIC (Volder 1959): what y >> i and x >> i drop is the definition, not an error.
static inline void rotate(int16_t *x, int16_t *y, int16_t *angle, int i) {
    const int16_t dx = (int16_t)(*y >> i), dy = (int16_t)(*x >> i);
    if (*y >= 0) {
        *x += dx;
        *y -= dy;
        *angle += gradient_angles[i];
    } else {
        *x -= dx;
        *y += dy;
        *angle -= gradient_angles[i];
    }
}

void gradient_u8__c(const uint8_t *left, const uint8_t *above, const uint8_t *below, size_t size, uint16_t *magnitude,
    uint16_t *position) {
    for (size_t i = 0; i < size; ++i) {
        int16_t x = (int16_t)((left[i + 2] - left[i]) * (1 << GRADIENT_SHIFT));
        int16_t y = (int16_t)((below[i] - above[i]) * (1 << GRADIENT_SHIFT));
        if (y < 0 || (y == 0 && x < 0)) {
            x = (int16_t)-x;
            y = (int16_t)-y;
        }
        int16_t angle = 0;
        if (x < 0) {
            const int16_t turned = (int16_t)-x;
            x = y;
            y = turned;
            angle = GRADIENT_HALF_TURN / 2;
        }
        for (int step = 0; step < GRADIENT_STEPS; ++step) {
            rotate(&x, &y, &angle, step);
        }
        angle -= GRADIENT_BIN / 2;
        magnitude[i] = (uint16_t)x;
        position[i] = (uint16_t)(angle < 0 ? angle + GRADIENT_HALF_TURN : angle);
    }
}
