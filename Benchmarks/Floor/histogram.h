// A histogram of nanoseconds with a resolution of 1/64 of the value.
#pragma once

#include <stdint.h>

enum { histogram_halvings = 40, histogram_steps = 64 };

struct histogram {
    uint64_t counts[histogram_halvings * histogram_steps], total;
};

static inline void histogram_add(struct histogram *histogram, uint64_t value) {
    uint32_t halvings = value < histogram_steps ? 0 : 63 - (uint32_t)__builtin_clzll(value) - 5;
    if (halvings >= histogram_halvings) halvings = histogram_halvings - 1;
    uint64_t step = value >> halvings;
    histogram->counts[halvings * histogram_steps + (step < histogram_steps ? step : histogram_steps - 1)]++;
    histogram->total++;
}

// The value below or at which `share` (0 to 1) of all values lie.
static inline uint64_t histogram_quantile(const struct histogram *histogram, double share) {
    uint64_t wanted = (uint64_t)(share * (double)histogram->total), seen = 0;
    for (uint64_t i = 0; i < histogram_halvings * histogram_steps; i++) {
        seen += histogram->counts[i];
        if (seen > wanted) return (i % histogram_steps) << (i / histogram_steps);
    }
    return 0;
}
