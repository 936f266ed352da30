#include "imgprep_kernels.h"

static inline void add_subtract(fft_row_t a, fft_row_t b, size_t i, int32_t re, int32_t im) {
    b.re[i] = a.re[i] - re;
    b.im[i] = a.im[i] - im;
    a.re[i] += re;
    a.im[i] += im;
}

// a, b = a + b * w, a - b * w
void butterfly_dit_s32__c(fft_row_t a, fft_row_t b, size_t size, fft_twiddle_t w) {
    if (w.im == 0) {
        for (size_t i = 0; i < size; ++i) {
            add_subtract(a, b, i, b.re[i], b.im[i]);
        }
        return;
    }
    for (size_t i = 0; i < size; ++i) {
        const int32_t re = b.re[i], im = b.im[i];
        add_subtract(a, b, i, fft_product(re, w.re) - fft_product(im, w.im),
            fft_product(re, w.im) + fft_product(im, w.re));
    }
}
