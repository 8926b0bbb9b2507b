#pragma once

#include <stdint.h>

/// Calls of malloc and its kin in this process so far.
uint64_t allocation_count(void);

/// CPU time of this thread, in nanoseconds.
uint64_t thread_cpu(void);
