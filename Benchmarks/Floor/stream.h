// A TCP stream of frames over libuv: whole frames in, one write for each read callback out.
#pragma once

#include "fail.h"
#include "wire.h"
#include <uv.h>

struct buffer {
    uint8_t *bytes;
    size_t length, capacity;
};

struct stream {
    uv_tcp_t tcp;
    struct buffer in;       // the beginning of a frame whose end has not come yet
    struct buffer out;      // what this callback has to say
    struct buffer unsent;   // what a write could not take; in libuv's hands while `writing`
    uv_write_t write;
    bool writing;
    void *owner;
};

typedef void frame_handler(struct stream *stream, const uint8_t *frame, uint32_t length);
typedef void end_handler(struct stream *stream);

// Reads from an open TCP handle: `on_frame` for each whole frame, `on_end` once when the peer has gone.
void stream_start(struct stream *stream, frame_handler *on_frame, end_handler *on_end);

// Room for `length` more bytes to send; what is written there goes out with the current read callback.
uint8_t *stream_room(struct stream *stream, size_t length);
void stream_wrote(struct stream *stream, const uint8_t *end);
void stream_flush(struct stream *stream);
