#pragma once

#include <stdint.h>
#include <time.h>

// The machine's monotonic clock, which all processes share.
static inline uint64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
