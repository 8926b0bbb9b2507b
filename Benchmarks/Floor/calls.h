// What both floors know of sessions, registrations and calls, and how they answer the requests that come before the
// measured ones. On the measured path only the working floor uses it: `find_call`, `registered`, `indicate` and
// `put_answers`.
#pragma once

#include "stream.h"

enum recording_state { recording_off, recording_on, recording_paused };

struct call {
    uint64_t id;
    uint8_t origin, destination;      // lengths of the DNs
    char origin_dn[32], destination_dn[32];
    struct stream *session;           // the session that made it
    enum recording_state recording;
    uint32_t user_data_length;        // all of user_data
    uint32_t client_pairs_length;     // of it, what the client set; the recording's keys follow
    uint8_t user_data[1024];
    char recording_id[64], file[160], uuid[33];
};

// Answers anything but RequestPrivateService.
void answer_setting_up(struct stream *stream, const uint8_t *frame);

struct call *find_call(uint64_t id);
bool registered(struct stream *session, struct value dn);

uint8_t *put_link_connected(uint8_t *frame, uint32_t reference);
uint8_t *put_registration(uint8_t *frame, uint16_t message, uint32_t reference, struct value dn);

// A call event for one party's DN; `reference` is 0 in the copies that answer nobody.
uint8_t *put_call_event(
    uint8_t *frame, uint16_t message, uint32_t reference, const struct call *call, bool origin);

// Sets the call's recording state and the pair that indicates it, at the end of its user data.
void indicate(struct call *call, enum recording_state state);

// The three frames that answer an accepted request: EventACK, the change, EventPrivateInfo.
uint8_t *put_answers(uint8_t *at, const struct call *call, uint32_t verb, uint32_t reference);

enum { answers_limit = 4096 };

// Listens on a free loopback port, says which, and serves until SIGTERM.
int serve(frame_handler *on_frame);
