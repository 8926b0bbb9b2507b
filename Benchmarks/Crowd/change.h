// A change of a call's user data as the publisher makes it and the watchers hear of it. The publisher numbers the
// changes of each call from 1 on, over all of its lives.
#pragma once

#include "clock.h"
#include "wire.h"

// Watched DNs, and those at the other end of their calls, which are the publisher's.
enum { first_watched_dn = 100000, first_publishers_dn = 200000, dn_size = 16 };

struct change {
    uint32_t number;
    uint64_t sent_at;       // nanoseconds of the machine's monotonic clock
    bool is_last;           // of its call, for the time being
};

struct heard_change {
    struct change change;
    uint32_t dn;            // 0 is the first of those that are watched
    uint32_t conflated;     // how many others it stands for
};

// The change as UserData, with `filling` bytes beside it.
uint8_t *put_change(uint8_t *at, struct change change, uint32_t filling);

// What an EventAttachedDataChanged says; false where it is of no change of a publisher's.
bool read_change(const uint8_t *frame, struct heard_change *heard);

// The one call on a DN, and its last change, as EventRegistered has them; false: there is no call.
bool read_snapshot(const uint8_t *frame, uint64_t *call, uint32_t *number);
