#include "ujpeg_scan.h"

enum {
    MARKER_RST0 = 0xD0,
    MARKER_EOI = 0xD9,
};

// libjpeg-turbo's bit buffer holds 8 bytes, twice that with stuffing.
#define READ_AHEAD (64)

static void begin_interval(ujpeg_scan_t *scan, const uint8_t *next) {
    ujpeg_chunk_begin(scan->chunk, next, scan->chunk->end);
    scan->filled = 0;
    scan->entropy.position = 0;
    scan->entropy.limit = 0;
    memset(scan->entropy.dc, 0, sizeof scan->entropy.dc);
    scan->interval_left = scan->restart_interval != 0 ? scan->restart_interval : UINT32_MAX;
}

void ujpeg_scan_begin(ujpeg_scan_t *scan, ujpeg_chunk_t *chunk, const ujpeg_header_t *header, const uint8_t *end) {
    memset(scan, 0, sizeof *scan);
    scan->chunk = chunk;
    scan->entropy.top = ujpeg_chunk_top(chunk);
    scan->restart_interval = header->restart_interval;
    chunk->end = end;
    begin_interval(scan, header->entropy);
}

// Bytes of the chunk that hold unread bits.
static uint32_t unread(const ujpeg_scan_t *scan) {
    return scan->chunk->filled - (scan->entropy.position + 7) / 8;
}

static bool marker_follows(const ujpeg_chunk_t *chunk, uint32_t marker) {
    return chunk->end - chunk->next >= 2 && chunk->next[0] == 0xFF && chunk->next[1] == marker;
}

// At most 7 bits of padding, then the marker that is due.
static bool restart(ujpeg_scan_t *scan) {
    ujpeg_chunk_t *chunk = scan->chunk;
    if (!chunk->ended && unread(scan) == 0) {
        ujpeg_chunk_refill(chunk, &scan->entropy.position);
    }
    if (!chunk->ended || unread(scan) != 0 || !marker_follows(chunk, MARKER_RST0 + scan->restart_number)) {
        return false;
    }
    scan->restart_number = (scan->restart_number + 1) & 7;
    begin_interval(scan, chunk->next + 2);
    return true;
}

// The next marker from `from` on, or NULL.
static const uint8_t *find_marker(const uint8_t *from, const uint8_t *end) {
    while (end - from >= 2 && (from = memchr(from, 0xFF, (size_t)(end - from - 1))) != NULL) {
        if (from[1] != 0) {
            return from;
        }
        from += 2;
    }
    return NULL;
}

bool ujpeg_scan_jump(ujpeg_scan_t *scan, uint32_t mcus, uint32_t *passed) {
    *passed = 0;
    if (scan->restart_interval == 0) {
        return true;
    }
    const uint8_t *next = scan->chunk->next;
    for (; mcus - *passed >= scan->restart_interval; *passed += scan->restart_interval) {
        const uint8_t *marker = find_marker(next, scan->chunk->end);
        if (marker == NULL || marker[1] != MARKER_RST0 + scan->restart_number) {
            return false;
        }
        scan->restart_number = (scan->restart_number + 1) & 7;
        next = marker + 2;
    }
    begin_interval(scan, next);
    return true;
}

bool ujpeg_scan_refill(ujpeg_scan_t *scan) {
    ujpeg_chunk_t *chunk = scan->chunk;
    if (scan->interval_left == 0 && !restart(scan)) {
        return false;
    }
    if (!chunk->ended && chunk->filled - (scan->entropy.position >> 3) < UJPEG_MCU_BYTES_MAX) {
        ujpeg_chunk_refill(chunk, &scan->entropy.position);
    }
    scan->filled = 8 * chunk->filled;
    scan->entropy.limit = chunk->ended ? scan->filled : scan->filled - 8 * (UJPEG_MCU_BYTES_MAX - 1);
    return scan->entropy.position < scan->entropy.limit;
}

bool ujpeg_scan_skip(ujpeg_scan_t *scan, uint32_t mcus, int16_t *dcs) {
    while (mcus > 0) {
        if (!ujpeg_scan_ready(scan)) {
            return false;
        }
        const uint32_t now = scan->interval_left < mcus ? scan->interval_left : mcus;
        const uint32_t done = ujpeg_skip_mcus(&scan->entropy, now, dcs);
        if (!ujpeg_scan_count(scan, done)) {
            return false;
        }
        mcus -= done;
        dcs += done * scan->entropy.luma_blocks;
    }
    return true;
}

bool ujpeg_scan_at_end(const ujpeg_scan_t *scan) {
    ujpeg_chunk_t *chunk = scan->chunk;
    return chunk->ended && marker_follows(chunk, MARKER_EOI);
}

bool ujpeg_scan_far_from_end(const ujpeg_scan_t *scan) {
    const ujpeg_chunk_t *chunk = scan->chunk;
    if (chunk->ended && chunk->end - chunk->next >= 2 && chunk->next[1] != 0xFF) {
        return true; // it does not read beyond a marker
    }
    return unread(scan) + (size_t)(chunk->end - chunk->next) >= READ_AHEAD;
}
