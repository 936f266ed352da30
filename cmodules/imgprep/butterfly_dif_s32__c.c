#include "imgprep_kernels.h"

// a, b = a + b, (a - b) * w
void butterfly_dif_s32__c(fft_row_t a, fft_row_t b, size_t size, fft_twiddle_t w) {
    for (size_t i = 0; i < size; ++i) {
        const int32_t re = a.re[i] - b.re[i], im = a.im[i] - b.im[i];
        a.re[i] += b.re[i];
        a.im[i] += b.im[i];
        b.re[i] = re;
        b.im[i] = im;
    }
    if (w.im == 0) {
        return;
    }
    for (size_t i = 0; i < size; ++i) {
        const int32_t re = b.re[i], im = b.im[i];
        b.re[i] = fft_product(re, w.re) - fft_product(im, w.im);
        b.im[i] = fft_product(re, w.im) + fft_product(im, w.re);
    }
}
