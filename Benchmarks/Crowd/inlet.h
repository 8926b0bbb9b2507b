// What comes in over a connection, cut into frames.
#pragma once

#include "wire.h"

struct inlet {
    uint8_t *bytes;     // the beginning of a frame whose end has not come yet
    uint32_t length, capacity;
};

typedef void frame_handler(void *owner, const uint8_t *frame);

// Reads at most `most` bytes of what is there, and hands over the whole frames. False: the connection is at its end.
bool inlet_read(struct inlet *inlet, int socket, uint32_t most, frame_handler *on_frame, void *owner);
