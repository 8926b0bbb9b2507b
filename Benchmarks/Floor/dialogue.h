// One request after the other over a blocking socket: how clients are set up before anything is measured.
#pragma once

#include "fail.h"
#include "wire.h"

// A connection to a port of this machine, whose reads fail after some seconds.
int connect_to(uint16_t port);

// One for which the kernels keep little, unless `receive_buffer` is 0: so many bytes at this end, and at the other what
// they keep for one over Ethernet.
int connect_narrow(uint16_t port, int receive_buffer);

// Lets this process have as many connections as the machine allows it.
void take_all_descriptors(void);

// Where the next request is put together.
uint8_t *begin_request(enum message request);

// Sends what was put together up to `end`, and waits for the event that answers it; other events on the way are none of
// its business. Fails where the request is refused. The frame is there until the next one is asked for.
const uint8_t *ask(int socket, uint8_t *end, uint16_t wanted, uint32_t reference);

// The next frame, whatever it is.
const uint8_t *receive_frame(int socket);

void receive_exactly(int socket, uint8_t *bytes, size_t length);
void send_exactly(int socket, const uint8_t *bytes, size_t length);

void register_client(int socket, const char *application);

enum mode { mode_share, mode_private, mode_monitor };

// Gives EventRegistered, with the calls that are on the DN.
const uint8_t *register_dn(int socket, const char *dn, enum mode mode);

// Makes a call from `dn` to `other`, with five user data or none, and answers it. The client is registered on `dn` then, and on
// no other DN of the call: each request about it has one change.
uint64_t establish_call(int socket, const char *dn, const char *other, bool has_data);

// What an EventError says, for a message.
void describe_error(const uint8_t *frame, char *text, size_t size);
