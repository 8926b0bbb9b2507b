#include "inlet.h"

#include "fail.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { chunk_size = 65536 };

static uint8_t chunk[chunk_size];

static void append(struct inlet *inlet, const uint8_t *bytes, uint32_t length) {
    if (inlet->length + length > inlet->capacity) {
        inlet->capacity = 2 * (inlet->length + length);
        inlet->bytes = realloc(inlet->bytes, inlet->capacity);
        if (inlet->bytes == NULL) fail("out of memory");
    }
    memcpy(inlet->bytes + inlet->length, bytes, length);
    inlet->length += length;
}

// Hands over the whole frames at the front, and returns how many bytes they took.
static uint32_t take_frames(const uint8_t *bytes, uint32_t length, frame_handler *on_frame, void *owner) {
    uint32_t taken = 0;
    while (length - taken >= 4) {
        uint32_t body = get32(bytes + taken);
        if (body < 4 || body > frame_limit) fail("a frame of %u bytes came in", body);
        if (length - taken < 4 + body) break;
        on_frame(owner, bytes + taken);
        taken += 4 + body;
    }
    return taken;
}

bool inlet_read(struct inlet *inlet, int socket, uint32_t most, frame_handler *on_frame, void *owner) {
    ssize_t got = recv(socket, chunk, most < chunk_size ? most : chunk_size, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) return false;
    if (inlet->length == 0) {
        uint32_t taken = take_frames(chunk, (uint32_t)got, on_frame, owner);
        append(inlet, chunk + taken, (uint32_t)got - taken);
        return true;
    }
    append(inlet, chunk, (uint32_t)got);
    uint32_t taken = take_frames(inlet->bytes, inlet->length, on_frame, owner);
    inlet->length -= taken;
    memmove(inlet->bytes, inlet->bytes + taken, inlet->length);
    return true;
}
