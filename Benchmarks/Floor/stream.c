#include "stream.h"

#include <stdlib.h>

enum { read_size = 65536 };

struct handlers {
    frame_handler *on_frame;
    end_handler *on_end;
};

static struct handlers handlers;
static char chunk[read_size];

static void reserve(struct buffer *buffer, size_t more) {
    if (buffer->length + more <= buffer->capacity) return;
    buffer->capacity = 2 * (buffer->length + more);
    buffer->bytes = realloc(buffer->bytes, buffer->capacity);
    if (buffer->bytes == NULL) fail("out of memory");
}

static void append(struct buffer *buffer, const uint8_t *bytes, size_t length) {
    reserve(buffer, length);
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
}

uint8_t *stream_room(struct stream *stream, size_t length) {
    reserve(&stream->out, length);
    return stream->out.bytes + stream->out.length;
}

void stream_wrote(struct stream *stream, const uint8_t *end) {
    stream->out.length = (size_t)(end - stream->out.bytes);
}

static void on_written(uv_write_t *write, int status) {
    struct stream *stream = write->data;
    stream->writing = false;
    stream->unsent.length = 0;
    if (status == 0) stream_flush(stream);
}

void stream_flush(struct stream *stream) {
    struct buffer *out = &stream->out;
    if (stream->writing || out->length == 0 || uv_is_closing((uv_handle_t *)&stream->tcp)) return;
    uv_buf_t all = uv_buf_init((char *)out->bytes, (unsigned)out->length);
    int sent = uv_try_write((uv_stream_t *)&stream->tcp, &all, 1);
    if (sent < 0 && sent != UV_EAGAIN) return;  // the read side reports the end
    size_t taken = sent > 0 ? (size_t)sent : 0;
    if (taken < out->length) {
        append(&stream->unsent, out->bytes + taken, out->length - taken);
        uv_buf_t rest = uv_buf_init((char *)stream->unsent.bytes, (unsigned)stream->unsent.length);
        stream->writing = true;
        stream->write.data = stream;
        uv_write(&stream->write, (uv_stream_t *)&stream->tcp, &rest, 1, on_written);
    }
    out->length = 0;
}

// Hands over the whole frames at the front and returns how many bytes they took.
static size_t take_frames(struct stream *stream, const uint8_t *bytes, size_t length) {
    size_t taken = 0;
    while (length - taken >= 4) {
        uint32_t body = get32(bytes + taken);
        if (body < 4 || body > frame_limit) fail("a frame of %u bytes came in", body);
        if (length - taken < 4 + (size_t)body) break;
        handlers.on_frame(stream, bytes + taken, 4 + body);
        taken += 4 + body;
    }
    return taken;
}

static void on_read(uv_stream_t *tcp, ssize_t length, const uv_buf_t *buffer) {
    struct stream *stream = tcp->data;
    if (length == 0) return;
    if (length < 0) return handlers.on_end(stream);
    const uint8_t *bytes = (const uint8_t *)buffer->base;
    if (stream->in.length == 0) {
        size_t taken = take_frames(stream, bytes, (size_t)length);
        append(&stream->in, bytes + taken, (size_t)length - taken);
    } else {
        append(&stream->in, bytes, (size_t)length);
        size_t taken = take_frames(stream, stream->in.bytes, stream->in.length);
        stream->in.length -= taken;
        memmove(stream->in.bytes, stream->in.bytes + taken, stream->in.length);
    }
    stream_flush(stream);
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    (void)handle, (void)suggested;
    *buffer = uv_buf_init(chunk, read_size);
}

void stream_start(struct stream *stream, frame_handler *on_frame, end_handler *on_end) {
    handlers = (struct handlers){on_frame, on_end};
    stream->tcp.data = stream;
    uv_tcp_nodelay(&stream->tcp, 1);
    uv_read_start((uv_stream_t *)&stream->tcp, on_allocate, on_read);
}
