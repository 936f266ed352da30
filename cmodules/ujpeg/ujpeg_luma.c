#include "ujpeg_luma.h"

#include "ujpeg_dc_row.h"
#include "ujpeg_idct.h"
#include "ujpeg_motion.h"
#include "ujpeg_scan.h"

// Luma blocks of an MCU are 1, 2, 4 or 8.
#define LANES (2 * UJPEG_BATCH)

typedef struct {
    ujpeg_stream_t *stream;
    const ujpeg_target_t *target;
    ujpeg_scan_t scan;
    uint32_t h, v;                           // luma blocks of an MCU across and down
    uint32_t row_mcus, mcu_rows;             // of the picture
    uint32_t left, right;                    // MCU columns of the region: first, behind the last
    uint32_t block_x, block_y, blocks_w, blocks_h; // of the region
    uint32_t last_row;                       // of MCUs that is read
    // MCUs that fill a batch together, one if it takes one or two batches; their blocks in pixels from the upper left.
    uint32_t group, group_w, group_h;
    uint32_t lane_x[LANES], lane_y[LANES];
    size_t lane_at[LANES];             // lane_y * target->w + lane_x
    uint32_t in_batch;                       // blocks that have been read into the stream's batch
    ujpeg_idct_fn *idct;
    ujpeg_dc_row_fn *dc_row;
} luma_t;

static uint32_t divide_up(uint32_t a, uint32_t b) {
    return (a + b - 1) / b;
}

static void measure(luma_t *luma, const ujpeg_header_t *header) {
    const ujpeg_target_t *target = luma->target;
    // A scan of one component has an MCU of one block, but libjpeg reads as many rows of them as the factor says.
    const uint32_t rows_together = header->components == 1 ? header->component[0].v : 1;
    luma->h = header->components == 1 ? 1 : header->component[0].h;
    luma->v = header->components == 1 ? 1 : header->component[0].v;
    luma->row_mcus = divide_up(header->width, 8 * luma->h);
    luma->mcu_rows = divide_up(header->height, 8 * luma->v);
    luma->block_x = target->x / target->side;
    luma->block_y = target->y / target->side;
    luma->blocks_w = divide_up(target->x + target->w, target->side) - luma->block_x;
    luma->blocks_h = divide_up(target->y + target->h, target->side) - luma->block_y;
    luma->left = luma->block_x / luma->h;
    luma->right = divide_up(luma->block_x + luma->blocks_w, luma->h);
    luma->last_row = (luma->block_y + luma->blocks_h - 1) / luma->v;
    luma->last_row += rows_together - 1 - luma->last_row % rows_together;
    if (luma->last_row >= luma->mcu_rows) {
        luma->last_row = luma->mcu_rows - 1;
    }
}

static void lay_out_group(luma_t *luma) {
    const uint32_t side = luma->target->side, blocks = luma->h * luma->v;
    luma->group = blocks < UJPEG_BATCH ? UJPEG_BATCH / blocks : 1;
    luma->group_w = luma->group * luma->h * side;
    luma->group_h = luma->v * side;
    for (uint32_t lane = 0; lane < luma->group * blocks; ++lane) {
        const uint32_t mcu = lane / blocks, block = lane % blocks;
        luma->lane_x[lane] = (mcu * luma->h + block % luma->h) * side;
        luma->lane_y[lane] = block / luma->h * side;
        luma->lane_at[lane] = (size_t)luma->lane_y[lane] * luma->target->w + luma->lane_x[lane];
    }
}

static bool prepare(luma_t *luma, const ujpeg_header_t *header, const uint8_t *end) {
    const ujpeg_component_t *component = header->component;
    ujpeg_stream_t *stream = luma->stream;
    measure(luma, header);
    lay_out_group(luma);
    if (luma->row_mcus * luma->h * luma->v > UJPEG_ROW_BLOCKS_MAX
        || !ujpeg_coder_prepare(&stream->luma, &stream->values, header->dc[component[0].dc],
            header->ac[component[0].ac])) {
        return false;
    }
    ujpeg_scan_begin(&luma->scan, &stream->chunk, header, end);
    luma->scan.entropy.luma = &stream->luma;
    luma->scan.entropy.luma_blocks = luma->h * luma->v;
    if (header->components == 3) {
        if (component[1].dc != component[2].dc || component[1].ac != component[2].ac
            || !ujpeg_coder_prepare(&stream->chroma, NULL, header->dc[component[1].dc], header->ac[component[1].ac])) {
            return false;
        }
        luma->scan.entropy.chroma = &stream->chroma;
        luma->scan.entropy.chroma_blocks = component[1].h * component[1].v + component[2].h * component[2].v;
    }
    ujpeg_dequant_prepare(&stream->dequant, header->quant[component[0].quant]);
    luma->scan.entropy.values = &stream->values;
    luma->scan.entropy.dequant = &stream->dequant;
    luma->idct = ujpeg_idct(luma->target->side);
    luma->dc_row = ujpeg_dc_row();
    return true;
}

static bool inside(uint32_t value, uint32_t first, uint32_t count) {
    return value - first < count;
}

// Pixels of the batch by way of a buffer, because the region's edge cuts some of them off or blocks are missing.
static bool place_cut(luma_t *luma, int32_t group_x, int32_t group_y, uint32_t first) {
    const ujpeg_target_t *target = luma->target;
    const int32_t side = (int32_t)target->side;
    uint8_t pixels[UJPEG_BATCH][64];
    uint8_t *const out[UJPEG_BATCH] = { pixels[0], pixels[1], pixels[2], pixels[3] };
    const bool good = luma->idct(luma->stream->batch, &luma->stream->dequant, out, target->side);
    for (uint32_t block = 0; block < luma->in_batch; ++block) {
        const int32_t x = group_x + (int32_t)luma->lane_x[first + block];
        const int32_t y = group_y + (int32_t)luma->lane_y[first + block];
        for (int32_t j = y < 0 ? -y : 0; j < side && y + j < (int32_t)target->h; ++j) {
            for (int32_t i = x < 0 ? -x : 0; i < side && x + i < (int32_t)target->w; ++i) {
                target->out[(size_t)(y + j) * target->w + (x + i)] = pixels[block][j * side + i];
            }
        }
    }
    return good;
}

// Turns the batch, whose blocks are the group's from `first` on, into pixels. The group's upper left pixel is x, y in
// the region.
static bool place(luma_t *luma, int32_t x, int32_t y, uint32_t first) {
    const ujpeg_target_t *target = luma->target;
    bool good;
    if (luma->in_batch == UJPEG_BATCH && x >= 0 && y >= 0 && x + luma->group_w <= target->w
        && y + luma->group_h <= target->h) {
        uint8_t *corner = target->out + (size_t)y * target->w + x;
        const size_t *at = luma->lane_at + first;
        uint8_t *const out[UJPEG_BATCH] = { corner + at[0], corner + at[1], corner + at[2], corner + at[3] };
        good = luma->idct(luma->stream->batch, &luma->stream->dequant, out, target->w);
    } else {
        good = place_cut(luma, x, y, first);
    }
    luma->in_batch = 0;
    return good;
}

// Reads MCUs of one group.
static bool read_group(luma_t *luma, uint32_t mcus, int32_t x, int32_t y, int16_t *dcs) {
    ujpeg_entropy_t *entropy = &luma->scan.entropy;
    const uint32_t blocks = luma->h * luma->v, together = blocks < UJPEG_BATCH ? blocks : UJPEG_BATCH;
    for (uint32_t mcu = 0; mcu < mcus; ++mcu) {
        if (!ujpeg_scan_ready(&luma->scan)) {
            return false;
        }
        for (uint32_t block = 0; block < blocks; block += together, dcs += together) {
            ujpeg_read_blocks(entropy, together, luma->stream->batch, luma->in_batch, dcs);
            luma->in_batch += together;
            if (luma->in_batch == UJPEG_BATCH && !place(luma, x, y, block & UJPEG_BATCH)) {
                return false;
            }
        }
        ujpeg_skip_chroma(entropy);
        if (!ujpeg_scan_count(&luma->scan, 1)) {
            return false;
        }
    }
    return luma->in_batch == 0 || place(luma, x, y, 0);
}

static bool read_row_of_blocks(luma_t *luma, uint32_t row, int16_t *dcs) {
    const uint32_t blocks = luma->h * luma->v;
    if (!ujpeg_scan_skip(&luma->scan, luma->left, dcs)) {
        return false;
    }
    int32_t x = (int32_t)(luma->left * luma->h * luma->target->side) - (int32_t)luma->target->x;
    const int32_t y = (int32_t)(row * luma->v * luma->target->side) - (int32_t)luma->target->y;
    for (uint32_t column = luma->left; column < luma->right; column += luma->group, x += luma->group_w) {
        const uint32_t mcus = luma->right - column < luma->group ? luma->right - column : luma->group;
        if (!read_group(luma, mcus, x, y, dcs + column * blocks)) {
            return false;
        }
    }
    return ujpeg_scan_skip(&luma->scan, luma->row_mcus - luma->right, dcs + luma->right * blocks);
}

// The DC picture's rows: pixels at scale 1/8, and what the motion gate compares.
static bool emit_dc_rows(luma_t *luma, uint32_t row) {
    const ujpeg_target_t *target = luma->target;
    ujpeg_stream_t *stream = luma->stream;
    if (target->side != 1 && !ujpeg_motion_wanted(stream)) {
        return true;
    }
    const int16_t *dcs = stream->dcs + luma->left * luma->h * luma->v;
    for (uint32_t line = 0; line < luma->v; ++line) {
        const uint32_t y = row * luma->v + line;
        if (!inside(y, luma->block_y, luma->blocks_h)) {
            continue;
        }
        if (!luma->dc_row(dcs, luma->h, luma->v, line, luma->right - luma->left, stream->dequant.natural[0],
            stream->row)) {
            return false;
        }
        const uint8_t *pixels = stream->row + (luma->block_x - luma->left * luma->h);
        if (target->side == 1) {
            memcpy(target->out + (size_t)(y - target->y) * target->w, pixels, target->w);
        }
        ujpeg_motion_row(stream, pixels, y - luma->block_y);
    }
    return true;
}

static bool read_rows(luma_t *luma) {
    const uint32_t first = luma->block_y / luma->v;
    uint32_t passed;
    if (!ujpeg_scan_jump(&luma->scan, first * luma->row_mcus, &passed)) {
        return false;
    }
    for (uint32_t left = first * luma->row_mcus - passed; left > 0;) {
        const uint32_t now = left < luma->row_mcus ? left : luma->row_mcus;
        if (!ujpeg_scan_skip(&luma->scan, now, luma->stream->dcs)) {
            return false;
        }
        left -= now;
    }
    for (uint32_t row = first; row <= luma->last_row; ++row) {
        const bool wanted = row * luma->v < luma->block_y + luma->blocks_h && luma->target->side != 1;
        if (!(wanted ? read_row_of_blocks(luma, row, luma->stream->dcs)
            : ujpeg_scan_skip(&luma->scan, luma->row_mcus, luma->stream->dcs)) || !emit_dc_rows(luma, row)) {
            return false;
        }
    }
    return true;
}

bool ujpeg_luma_decode(ujpeg_stream_t *stream, const ujpeg_header_t *header, const ujpeg_target_t *target,
    const uint8_t *end) {
    luma_t luma = { .stream = stream, .target = target };
    if (!prepare(&luma, header, end)) {
        return false;
    }
    const ujpeg_dc_picture_t picture = {
        true, header->width, header->height, target->side, luma.block_x, luma.block_y, luma.blocks_w, luma.blocks_h,
    };
    memset(stream->batch, 0, sizeof stream->batch);
    ujpeg_motion_begin(stream, &picture);
    if (!read_rows(&luma)
        || !(target->to_bottom ? ujpeg_scan_at_end(&luma.scan) : ujpeg_scan_far_from_end(&luma.scan))) {
        return false;
    }
    ujpeg_motion_end(stream);
    return true;
}
