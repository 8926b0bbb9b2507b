#include "session.h"
#include "dialogue.h"

#include <stdio.h>

enum { first_dn = 100000, first_other_dn = 200000 };

uint8_t *put_private_request(uint8_t *frame, const struct recorded_call *call, uint32_t verb, uint32_t reference) {
    uint8_t *at = begin_frame(frame, request_private_service);
    at = put_int(at, reference_id, reference);
    at = put_long(at, conn_id, call->id);
    at = put_string(at, this_dn, call->dn);
    return end_frame(frame, put_int(at, private_msg_id, verb));
}

static void start_recording(struct session *session, const struct recorded_call *call) {
    struct value list, result;
    uint8_t *frame = begin_request(request_private_service) - frame_header;
    const uint8_t *outcome =
        ask(session->socket, put_private_request(frame, call, record_start, 5), event_private_info, 5);
    if (!find_attribute(outcome, extensions, &list) || !find_pair(list, "result", &result) || !is(result, "done"))
        fail("a recording did not start");
}

void session_open(struct session *session, uint16_t port, uint32_t ordinal) {
    int socket = session->socket = connect_to(port);
    register_client(socket, "load");
    for (uint32_t i = 0; i < session->call_count; i++) {
        struct recorded_call *call = &session->calls[i];
        uint32_t number = ordinal * session->call_count + i;
        snprintf(call->dn, sizeof call->dn, "%u", first_dn + number);
        snprintf(call->other_dn, sizeof call->other_dn, "%u", first_other_dn + number);
        call->id = establish_call(socket, call->dn, call->other_dn, true);
        start_recording(session, call);
    }
}
