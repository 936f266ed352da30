#include "ujpeg_idct.h"

#ifdef __ARM_NEON

#include <arm_neon.h>

// Four blocks in the four lanes. The coefficients come in the order in which they lie, see ujpeg_quarter_zigzag.
typedef struct {
    int32x4_t even[5], odd[5]; // columns 0, 1, 3, 5, 7
} columns_t;

static const int32_t column_factors[4] = { UJPEG_QUARTER_1, UJPEG_QUARTER_3, UJPEG_QUARTER_5, UJPEG_QUARTER_7 };

// Two neighbours of the zigzag, which become zeros; the next are `step` positions on. What the compiler knows of the
// pointer is taken from it, or it would hold an address for every pair.
static inline int32x4x2_t take(int32_t **at, size_t step) {
    const int32x4_t none = vdupq_n_s32(0);
    const int32x4x2_t both = vld1q_s32_x2(*at), zeros = {{ none, none }};
    vst1q_s32_x2(*at, zeros);
    *at += UJPEG_BATCH * step;
    __asm__ ("" : "+r"(*at));
    return both;
}

#define HALF(i) ((i) & 2 ? vget_high_s32(factors[(i) / 4]) : vget_low_s32(factors[(i) / 4]))
#define FIRST(sum, value, i) sum = vmulq_lane_s32(value, HALF(i), (i) % 2)
#define MORE(sum, value, i) sum = vmlaq_lane_s32(sum, value, HALF(i), (i) % 2)

static inline int32x4_t read_columns(ujpeg_batch_t batch, const int32_t *quarter, columns_t *columns) {
    int32x4_t *even = columns->even, *odd = columns->odd, dc, factors[7];
    for (int i = 0; i < 7; ++i) {
        factors[i] = vld1q_s32(quarter);
        quarter += 4;
        __asm__ ("" : "+r"(quarter));
    }
    int32_t *at = batch[0];
    int32x4x2_t two;
    two = take(&at, 2);
    FIRST(dc, two.val[0], 0);
    FIRST(even[1], two.val[1], 1);
    two = take(&at, 2);
    FIRST(odd[0], two.val[0], 2);
    two = take(&at, 2);
    FIRST(odd[1], two.val[0], 3);
    two = take(&at, 2);
    FIRST(even[2], two.val[0], 4);
    two = take(&at, 2);
    MORE(odd[0], two.val[1], 5);
    two = take(&at, 2);
    MORE(odd[1], two.val[1], 6);
    two = take(&at, 2);
    FIRST(odd[2], two.val[1], 7);
    two = take(&at, 6);
    FIRST(even[3], two.val[1], 8);
    two = take(&at, 2);
    MORE(odd[0], two.val[0], 9);
    two = take(&at, 2);
    MORE(odd[1], two.val[0], 10);
    two = take(&at, 2);
    MORE(odd[2], two.val[0], 11);
    two = take(&at, 2);
    FIRST(odd[3], two.val[0], 12);
    two = take(&at, 7);
    FIRST(even[4], two.val[0], 13);
    two = take(&at, 3);
    MORE(odd[0], two.val[0], 14);
    MORE(odd[1], two.val[1], 15);
    two = take(&at, 2);
    MORE(odd[2], two.val[0], 16);
    two = take(&at, 2);
    MORE(odd[3], two.val[0], 17);
    two = take(&at, 7);
    FIRST(odd[4], two.val[0], 18);
    two = take(&at, 2);
    MORE(odd[2], two.val[0], 19);
    two = take(&at, 2);
    MORE(odd[3], two.val[0], 20);
    two = take(&at, 5);
    MORE(odd[4], two.val[0], 21);
    two = take(&at, 2);
    MORE(odd[3], two.val[0], 22);
    two = take(&at, 2);
    MORE(odd[4], two.val[0], 23);
    two = take(&at, 2);
    MORE(odd[4], two.val[1], 24);
    even[0] = vshlq_n_s32(dc, UJPEG_CONST_BITS + 2);
    return dc;
}

static inline int32x4_t add_size(int32x4_t sum, int32x4_t value) {
    return vabaq_s32(sum, value, vdupq_n_s32(0));
}

// One row of five values to two pixels a block, before 128 is added.
static inline int16x8_t to_row(const int32x4_t between[5]) {
    const int32x4_t factors = vld1q_s32(column_factors);
    const int32x4_t middle = vshlq_n_s32(between[0], UJPEG_CONST_BITS + 2);
    int32x4_t side = vmulq_lane_s32(between[1], vget_low_s32(factors), 0);
    side = vmlaq_lane_s32(side, between[2], vget_low_s32(factors), 1);
    side = vmlaq_lane_s32(side, between[3], vget_high_s32(factors), 0);
    side = vmlaq_lane_s32(side, between[4], vget_high_s32(factors), 1);
    const int32x4_t left = vrshrq_n_s32(vaddq_s32(middle, side), UJPEG_CONST_BITS + UJPEG_PASS1_BITS + 3 + 2);
    const int32x4_t right = vrshrq_n_s32(vsubq_s32(middle, side), UJPEG_CONST_BITS + UJPEG_PASS1_BITS + 3 + 2);
    const int16x4x2_t pixels = vzip_s16(vmovn_s32(left), vmovn_s32(right));
    return vcombine_s16(pixels.val[0], pixels.val[1]);
}

static inline uint16x4_t to_bytes(int16x8_t row) {
    return vreinterpret_u16_u8(vqmovun_s16(vaddq_s16(row, vdupq_n_s16(128))));
}

// value or -value - 1, whichever is not negative.
static inline int16x8_t size_of(int16x8_t value) {
    return vmaxq_s16(value, vmvnq_s16(value));
}

// Whether all of `sum` and of the pixels are in range: shifted to what is too much of them.
static inline bool in_range(int32x4_t sum, int16x8_t above, int16x8_t below) {
    const uint16x8_t pixels = vshrq_n_u16(vreinterpretq_u16_s16(vmaxq_s16(size_of(above), size_of(below))), 9);
    const uint32x4_t much = vorrq_u32(vshrq_n_u32(vreinterpretq_u32_s32(sum), 15), vreinterpretq_u32_u16(pixels));
    const uint32x2_t any = vorr_u32(vget_low_u32(much), vget_high_u32(much));
    return (vget_lane_u32(any, 0) | vget_lane_u32(any, 1)) == 0;
}

bool ujpeg_idct_2x2__neon(ujpeg_batch_t batch, const ujpeg_dequant_t *dequant, uint8_t *const out[UJPEG_BATCH],
    size_t stride) {
    columns_t columns;
    int32x4_t above[5], below[5];
    const int32x4_t dc = read_columns(batch, dequant->quarter, &columns);
    int32x4_t sum = vabsq_s32(vshlq_n_s32(dc, 1));
    for (int x = 0; x < 5; ++x) {
        above[x] = vrshrq_n_s32(vaddq_s32(columns.even[x], columns.odd[x]), UJPEG_CONST_BITS - UJPEG_PASS1_BITS + 2);
        below[x] = vrshrq_n_s32(vsubq_s32(columns.even[x], columns.odd[x]), UJPEG_CONST_BITS - UJPEG_PASS1_BITS + 2);
        sum = add_size(add_size(sum, above[x]), below[x]);
    }
    const int16x8_t first = to_row(above), second = to_row(below);
    const uint16x4_t first_bytes = to_bytes(first), second_bytes = to_bytes(second);
    vst1_lane_u16((uint16_t *)out[0], first_bytes, 0);
    vst1_lane_u16((uint16_t *)out[1], first_bytes, 1);
    vst1_lane_u16((uint16_t *)out[2], first_bytes, 2);
    vst1_lane_u16((uint16_t *)out[3], first_bytes, 3);
    vst1_lane_u16((uint16_t *)(out[0] + stride), second_bytes, 0);
    vst1_lane_u16((uint16_t *)(out[1] + stride), second_bytes, 1);
    vst1_lane_u16((uint16_t *)(out[2] + stride), second_bytes, 2);
    vst1_lane_u16((uint16_t *)(out[3] + stride), second_bytes, 3);
    return in_range(sum, first, second);
}

#endif
