// What the server under test used, read from outside.
#pragma once

#include <stdint.h>

// CPU nanoseconds of all threads of a process, from /proc/PID/task/*/schedstat.
uint64_t server_cpu(int pid);

// Calls of malloc and its kin so far, from the file that allocation-counter.so keeps up; 0 where `path` is NULL.
uint64_t server_allocations(const char *path);
