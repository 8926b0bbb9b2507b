// The server under test: a call's user data is changed, and each session that monitors the call's DN hears of it.
#include "dialogue.h"
#include "system.h"

#include <stdio.h>

static const char dn[] = "5001", other[] = "5002";
static uint64_t call;

static int open_publisher(uint16_t port) {
    int publisher = connect_to(port);
    register_client(publisher, "publisher");
    call = establish_call(publisher, dn, other, false);
    return publisher;
}

static int open_subscriber(uint16_t port) {
    int subscriber = connect_to(port);
    register_client(subscriber, "subscriber");
    register_dn(subscriber, dn, mode_monitor);
    return subscriber;
}

static uint8_t *put(uint8_t *frame, uint64_t number) {
    char digits[16];
    snprintf(digits, sizeof digits, "%010llu", (unsigned long long)number % 10000000000);
    uint8_t *at = begin_frame(frame, request_update_user_data);
    at = put_int(at, reference_id, (uint32_t)(number % 2000000000 + 1));
    at = put_long(at, conn_id, call);
    at = put_string(at, this_dn, dn);
    uint8_t *list = at = put_attribute(at, user_data, type_list);
    at = put_pair(at + 4, "Number", digits);
    end_list(list, at);
    return end_frame(frame, at);
}

// The next change of the call's data.
static const uint8_t *receive_change(int socket) {
    for (;;) {
        const uint8_t *frame = receive_frame(socket);
        if (message_of(frame) == event_attached_data_changed) return frame;
        if (message_of(frame) == event_error) fail("a change was refused");
    }
}

static size_t receive(int subscriber, uint64_t *number) {
    const uint8_t *frame = receive_change(subscriber);
    struct value data, digits;
    if (!find_attribute(frame, user_data, &data) || !find_pair(data, "Number", &digits))
        fail("a change came without its number");
    *number = 0;
    for (uint32_t i = 0; i < digits.length; i++) *number = 10 * *number + (digits.bytes[i] - '0');
    return 4 + get32(frame);
}

static size_t receive_answer(int publisher) {
    const uint8_t *frame = receive_change(publisher);
    struct value reference;
    if (!find_attribute(frame, reference_id, &reference)) fail("the publisher's copy has no ReferenceID");
    return 4 + get32(frame);
}

const struct system tlib_system = {"callcontrol", open_publisher, open_subscriber, put, receive, receive_answer};
