// How every program measures: one call from cold, two to warm up, then the counted ones.
#pragma once

#include "counter.h"

enum { SLOT_FIRST, SLOT_WARM };

#define MEASURE(calls, call) do { \
        counter_start(SLOT_FIRST); \
        call; \
        counter_stop(SLOT_FIRST); \
        call; \
        call; \
        for (int i_ = 0; i_ < (calls); i_++) { \
            counter_start(SLOT_WARM); \
            call; \
            counter_stop(SLOT_WARM); \
        } \
} while (0)
