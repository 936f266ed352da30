#include "jpeg_segments.h"

#include <stdbool.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

#define OPTION_BYTES (5u)
#define OPTION_COMPOSED (128) // no JPEG follows

size_t jpeg_find_marker(const uint8_t *data, size_t size, uint8_t marker) {
    for (size_t i = 0; i + 1 < size; ++i) {
        if (data[i] == 0xFF && data[i + 1] == marker) {
            return i;
        }
    }
    return size;
}

size_t jpeg_picture_length(const uint8_t *data, size_t size) {
    for (size_t i = 0; i + 3 < size; ++i) {
        if (data[i] == 0xFF && data[i + 1] == 0xD9 && data[i + 2] == 0xFF && data[i + 3] == 0xD8) {
            return i + 2;
        }
    }
    return size;
}

static bool is_frame_header(uint8_t marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

size_t jpeg_pixels(const uint8_t *data, size_t size) {
    size_t most = 0;
    for (size_t i = 0; i + 8 < size; ++i) {
        if (data[i] == 0xFF && is_frame_header(data[i + 1])) {
            const size_t pixels = (size_t)(data[i + 5] << 8 | data[i + 6]) * (data[i + 7] << 8 | data[i + 8]);
            most = pixels > most ? pixels : most;
        }
    }
    return most;
}

typedef struct {
    size_t at, length; // with its marker
} segment_t;

// The segment after `at` markers from the picture's start; entropy-coded data belongs to the scan before it.
static bool segment(const uint8_t *data, size_t size, unsigned index, segment_t *found) {
    size_t at = OPTION_BYTES;
    while (at + 4 <= size) {
        size_t end = at + 2;
        if (data[at] == 0xFF && data[at + 1] >= 0xC0 && !(data[at + 1] >= 0xD0 && data[at + 1] <= 0xD9)) {
            end = at + 2 + (data[at + 2] << 8 | data[at + 3]);
        }
        while (end + 1 < size && !(data[end] == 0xFF && data[end + 1] >= 0xC0)) {
            ++end;
        }
        if (end + 1 >= size) {
            end = size;
        }
        if (index-- == 0) {
            *found = (segment_t) {at, end - at};
            return true;
        }
        at = end;
    }
    return false;
}

// Changes what is between a segment's length field and its end, and makes the field right again.
static size_t mutate_content(uint8_t *data, size_t size, size_t max_size, segment_t which) {
    const size_t begin = which.at + (which.length < 4 ? which.length : 4);
    const size_t length = which.at + which.length - begin;
    const size_t behind = size - which.at - which.length;
    uint8_t content[1024];
    const size_t room = length + (max_size > size ? max_size - size : 0);
    if (length > sizeof content || room == 0) {
        return 0;
    }
    memcpy(content, data + begin, length);
    const size_t now = LLVMFuzzerMutate(content, length, room < sizeof content ? room : sizeof content);
    memmove(data + begin + now, data + begin + length, behind);
    memcpy(data + begin, content, now);
    if (data[which.at + 1] != 0xDA && which.length >= 4) {
        data[which.at + 2] = (uint8_t)((now + 2) >> 8);
        data[which.at + 3] = (uint8_t)(now + 2);
    }
    return begin + now + behind;
}

static size_t remove_segment(uint8_t *data, size_t size, segment_t which) {
    memmove(data + which.at, data + which.at + which.length, size - which.at - which.length);
    return size - which.length;
}

static size_t repeat_segment(uint8_t *data, size_t size, size_t max_size, segment_t which) {
    if (size + which.length > max_size) {
        return 0;
    }
    memmove(data + which.at + which.length, data + which.at, size - which.at);
    return size + which.length;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed) {
    segment_t which;
    size_t result = 0;
    if (size && !(data[0] & OPTION_COMPOSED) && segment(data, size, seed / 16 % 24, &which)) {
        switch (seed % 16) {
            case 0 ... 7:
                result = mutate_content(data, size, max_size, which);
                break;
            case 8:
                result = remove_segment(data, size, which);
                break;
            case 9:
                result = repeat_segment(data, size, max_size, which);
                break;
        }
    }
    return result ? result : LLVMFuzzerMutate(data, size, max_size);
}
