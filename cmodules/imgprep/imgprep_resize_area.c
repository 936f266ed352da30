#include <string.h>

#include "imgprep.h"
#include "imgprep_kernels.h"

static resize_axis_t reduced_axis(uint32_t src, uint32_t dst) {
    uint32_t a = src, b = dst;
    while (b != 0) {
        const uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return (resize_axis_t) {.unit = dst / a, .cell = src / a};
}

static void copy(const resize_area_t *job) {
    const size_t length = (size_t)job->dst_w * job->channels;
    for (uint32_t y = 0; y < job->dst_h; ++y) {
        memcpy(job->dst + y * length, job->src + y * job->row, length);
    }
}

static bool cell_fits_chunk(const resize_area_t *job) {
    return job->across.cell + job->across.unit <= (uint64_t)(RESIZE_CHUNK / job->channels) * job->across.unit;
}

static void resize(const resize_area_t *job) {
    const uint64_t total = (uint64_t)job->across.cell * job->down.cell;
    if (total == 1 && job->across.unit == 1 && job->down.unit == 1) {
        copy(job);
    } else if (total >= RESIZE_MAX_TOTAL || !cell_fits_chunk(job)) {
        resize_area_u8_wide__c(job);
    } else if (job->down.cell > RESIZE_NEON_MAX_CELL) {
        resize_area_u8__c(job);
    } else {
        imgprep_kernels()->resize_area_u8(job);
    }
}

static bool side_fits(int32_t side) {
    return side >= 1 && side <= IMGPREP_MAX_SIDE;
}

static bool part_fits(int32_t start, int32_t length, int32_t whole) {
    return start >= 0 && length >= 1 && (int64_t)start + length <= whole;
}

imgprep_status_t imgprep_resize_area(const uint8_t *src, size_t src_size, int32_t src_w, int32_t src_h,
    int32_t channels, const int32_t region[4], uint8_t *dst, size_t dst_size, int32_t dst_w, int32_t dst_h) {
    if (channels != 1 && channels != 3) {
        return IMGPREP_CHANNELS;
    }
    if (!side_fits(src_w) || !side_fits(src_h) || !side_fits(dst_w) || !side_fits(dst_h)) {
        return IMGPREP_DIMENSIONS;
    }
    const int32_t all[4] = {0, 0, src_w, src_h};
    const int32_t *part = region ? region : all;
    if (!part_fits(part[0], part[2], src_w) || !part_fits(part[1], part[3], src_h)) {
        return IMGPREP_REGION;
    }
    if ((uint64_t)src_w * src_h * channels > src_size) {
        return IMGPREP_SRC_TOO_SHORT;
    }
    if ((uint64_t)dst_w * dst_h * channels > dst_size) {
        return IMGPREP_DST_TOO_SHORT;
    }
    const size_t row = (size_t)src_w * channels;
    const resize_area_t job = {.src = src + part[1] * row + (size_t)part[0] * channels, .row = row,
        .channels = channels, .dst = dst, .dst_w = dst_w, .dst_h = dst_h,
        .across = reduced_axis(part[2], dst_w), .down = reduced_axis(part[3], dst_h)};
    resize(&job);
    return IMGPREP_OK;
}
