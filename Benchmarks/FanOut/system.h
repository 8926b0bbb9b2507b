// A system that fans out what a publisher tells it: the server under test, or the one that it is compared with.
//
// Deliveries of one system are all of one size, and so are the answers that its publisher gets. So they are counted by
// their bytes, with the same code for each system, and read only where their contents are checked.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { longest_message = 8192 };

struct system {
    const char *name;
    // Connect and set up, with blocking sockets; the publisher first.
    int (*open_publisher)(uint16_t port);
    int (*open_subscriber)(uint16_t port);
    // Puts a message of that number together, as it is published; returns where it ends.
    uint8_t *(*put)(uint8_t *at, uint64_t number);
    // Reads the next delivery, or the next answer, from a blocking socket: its size, and for a delivery its number.
    size_t (*receive)(int subscriber, uint64_t *number);
    size_t (*receive_answer)(int publisher);
};

extern const struct system tlib_system, redis_system;

// How many bytes a message of Redis has: as many as an event of the server under test.
extern size_t redis_payload;
