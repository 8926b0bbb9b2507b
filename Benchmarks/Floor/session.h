// A session of the load client: opened and given its calls with blocking requests, before anything is measured.
#pragma once

#include "stream.h"

struct recorded_call {
    uint64_t id;
    char dn[16], other_dn[16];
    bool pausing;           // the last request sent was a PAUSE
    uint32_t changes;       // since the last outcome
};

struct pending {
    uint64_t sent_at;
    uint32_t reference;
    bool acknowledged, waiting;
};

struct session {
    struct stream stream;
    int socket;
    uint32_t window, call_count;
    struct recorded_call *calls;
    struct pending *pending;    // slot `s` belongs to call `s % call_count`
};

// Connects, opens the session, makes its calls on DNs of their own from `first_dn` on, and starts their recordings.
void session_open(struct session *session, uint16_t port, uint32_t ordinal);

uint8_t *put_private_request(uint8_t *frame, const struct recorded_call *call, uint32_t verb, uint32_t reference);
