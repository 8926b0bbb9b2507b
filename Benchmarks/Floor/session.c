#include "session.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { answer_seconds = 5, first_dn = 100000, first_other_dn = 200000 };

void describe_error(const uint8_t *frame, char *text, size_t size) {
    struct value code, message;
    bool coded = find_attribute(frame, error_code, &code), told = find_attribute(frame, error_message, &message);
    snprintf(text, size, "%d %.*s", coded ? (int)get32(code.bytes) : -1, told ? (int)message.length : 0,
        told ? (const char *)message.bytes : "");
}

// MARK: Blocking exchange

static uint8_t frame_in[4 + frame_limit], frame_out[4096];

static void receive_exactly(int socket, uint8_t *bytes, size_t length) {
    while (length > 0) {
        ssize_t got = read(socket, bytes, length);
        if (got == 0) fail("the server closed a connection while calls were being set up");
        if (got < 0) fail("the server did not answer within %d s while calls were being set up", answer_seconds);
        bytes += got;
        length -= (size_t)got;
    }
}

static const uint8_t *receive_frame(int socket) {
    receive_exactly(socket, frame_in, 4);
    uint32_t length = get32(frame_in);
    if (length < 4 || length > frame_limit) fail("the server sent a frame of %u bytes", length);
    receive_exactly(socket, frame_in + 4, length);
    return frame_in;
}

static void send_frame(int socket, const uint8_t *end) {
    if (write(socket, frame_out, (size_t)(end - frame_out)) != end - frame_out) fail("a request could not be sent");
}

// Sends frame_out and waits for the event that answers it; other events on the way are none of its business.
static const uint8_t *ask(struct session *session, uint8_t *end, uint16_t wanted, uint32_t reference) {
    uint16_t request = message_of(frame_out);
    char error[256];
    send_frame(session->socket, end_frame(frame_out, end));
    for (;;) {
        const uint8_t *frame = receive_frame(session->socket);
        struct value answered;
        if (message_of(frame) == link_ping) {
            send_frame(session->socket, end_frame(frame_out, begin_frame(frame_out, link_pong)));
            continue;
        }
        if (message_of(frame) == event_error) {
            describe_error(frame, error, sizeof error);
            fail("request %u was refused: %s", request, error);
        }
        if (message_of(frame) != wanted || !find_attribute(frame, reference_id, &answered)) continue;
        if (get32(answered.bytes) == reference) return frame;
    }
}

// MARK: Setting up

static int connect_to(uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct timeval limit = {.tv_sec = answer_seconds};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0) fail("port %u takes no connection", port);
    return descriptor;
}

static void register_client(struct session *session) {
    uint8_t *at = begin_frame(frame_out, request_register_client);
    at = put_string(at, protocol_version, "1");
    at = put_int(at, reference_id, 1);
    at = put_string(at, application_name, "load");
    ask(session, at, event_link_connected, 1);
}

static void register_dn(struct session *session, const char *dn, uint16_t request, uint16_t event) {
    uint8_t *at = begin_frame(frame_out, request);
    at = put_int(at, reference_id, 2);
    ask(session, put_string(at, this_dn, dn), event, 2);
}

static uint8_t *put_user_data(uint8_t *at) {
    uint8_t *list = at = put_attribute(at, user_data, type_list);
    at = put_pair(at + 4, "CustomerSegment", "Gold");
    at = put_pair(at, "ServiceType", "Card payments");
    at = put_pair(at, "ContractNumber", "4711-0815-2026");
    at = put_pair(at, "LastCalled", "2026-01-01T09:30:00Z");
    at = put_pair(at, "RPVQID", "01RCC3N118B1V0SL8O7GK2LAES000001");
    end_list(list, at);
    return at;
}

static void make_call(struct session *session, struct recorded_call *call) {
    uint8_t *at = begin_frame(frame_out, request_make_call);
    struct value id;
    at = put_int(at, reference_id, 3);
    at = put_string(at, this_dn, call->dn);
    at = put_string(at, other_dn, call->other_dn);
    const uint8_t *dialing = ask(session, put_user_data(at), event_dialing, 3);
    if (!find_attribute(dialing, conn_id, &id)) fail("EventDialing came without ConnID");
    call->id = get64(id.bytes);
}

static void answer_call(struct session *session, const struct recorded_call *call) {
    uint8_t *at = begin_frame(frame_out, request_answer_call);
    at = put_int(at, reference_id, 4);
    at = put_long(at, conn_id, call->id);
    ask(session, put_string(at, this_dn, call->other_dn), event_established, 4);
}

uint8_t *put_private_request(uint8_t *frame, const struct recorded_call *call, uint32_t verb, uint32_t reference) {
    uint8_t *at = begin_frame(frame, request_private_service);
    at = put_int(at, reference_id, reference);
    at = put_long(at, conn_id, call->id);
    at = put_string(at, this_dn, call->dn);
    return end_frame(frame, put_int(at, private_msg_id, verb));
}

static void start_recording(struct session *session, const struct recorded_call *call) {
    struct value list, result;
    const uint8_t *outcome =
        ask(session, put_private_request(frame_out, call, record_start, 5), event_private_info, 5);
    if (!find_attribute(outcome, extensions, &list) || !find_pair(list, "result", &result) || !is(result, "done"))
        fail("a recording did not start");
}

void session_open(struct session *session, uint16_t port, uint32_t ordinal) {
    session->socket = connect_to(port);
    register_client(session);
    for (uint32_t i = 0; i < session->call_count; i++) {
        struct recorded_call *call = &session->calls[i];
        uint32_t number = ordinal * session->call_count + i;
        snprintf(call->dn, sizeof call->dn, "%u", first_dn + number);
        snprintf(call->other_dn, sizeof call->other_dn, "%u", first_other_dn + number);
        register_dn(session, call->dn, request_register_address, event_registered);
        register_dn(session, call->other_dn, request_register_address, event_registered);
        make_call(session, call);
        answer_call(session, call);
        // One session on one DN of the call: each request then has one ACK, one change and one outcome.
        register_dn(session, call->other_dn, request_unregister_address, event_unregistered);
        start_recording(session, call);
    }
}
