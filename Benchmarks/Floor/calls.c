#include "calls.h"

#include <stdio.h>
#include <stdlib.h>

// MARK: Tables: open addressing, powers of two, never more than half full

enum { call_slots = 1 << 14, registration_slots = 1 << 15 };

struct registration {
    char dn[32];
    uint32_t length;
    struct stream *session;
};

static struct call *calls[call_slots];
static struct registration registrations[registration_slots];
static uint32_t call_count, registration_count;

static uint32_t hash_id(uint64_t id) { return (uint32_t)((id * 0x9E3779B97F4A7C15u) >> 40); }

static uint32_t hash_dn(struct value dn) {
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < dn.length; i++) hash = (hash ^ dn.bytes[i]) * 16777619u;
    return hash;
}

struct call *find_call(uint64_t id) {
    uint32_t slot = hash_id(id) % call_slots;
    while (calls[slot] && calls[slot]->id != id) slot = (slot + 1) % call_slots;
    return calls[slot];
}

static struct registration *find_registration(struct value dn) {
    uint32_t slot = hash_dn(dn) % registration_slots;
    struct registration *each;
    while ((each = &registrations[slot])->length != 0) {
        if (each->length == dn.length && memcmp(each->dn, dn.bytes, dn.length) == 0) break;
        slot = (slot + 1) % registration_slots;
    }
    return each;
}

bool registered(struct stream *session, struct value dn) { return find_registration(dn)->session == session; }

// MARK: Setting up

static struct value needed(const uint8_t *frame, uint16_t number) {
    struct value value;
    if (!find_attribute(frame, number, &value)) fail("request %u without attribute %u", message_of(frame), number);
    return value;
}

static void set_registration(struct stream *session, struct value dn, bool here) {
    struct registration *entry = find_registration(dn);
    if (entry->length == 0) {
        if (dn.length == 0 || dn.length >= sizeof entry->dn || ++registration_count > registration_slots / 2)
            fail("a DN too many or too long");
        memcpy(entry->dn, dn.bytes, dn.length);
        entry->length = dn.length;
    }
    entry->session = here ? session : NULL;
}

static struct call *make_call(struct stream *session, const uint8_t *frame) {
    struct value from = needed(frame, this_dn), to = needed(frame, other_dn), data = needed(frame, user_data);
    struct call *call = calloc(1, sizeof *call);
    if (call == NULL || ++call_count > call_slots / 2) fail("a call too many");
    if (from.length > 31 || to.length > 31 || data.length > sizeof call->user_data - 256) fail("a call too large");
    call->id = 0x0071022ec8ac0000u + call_count;
    call->session = session;
    memcpy(call->origin_dn, from.bytes, from.length);
    memcpy(call->destination_dn, to.bytes, to.length);
    memcpy(call->user_data, data.bytes, data.length);
    call->user_data_length = call->client_pairs_length = data.length;
    snprintf(call->uuid, sizeof call->uuid, "01RCC3N118B1V0SL8O7GK2LAES%06X", call_count & 0xFFFFFF);
    snprintf(call->recording_id, sizeof call->recording_id, "%s-1", call->uuid);
    snprintf(call->file, sizeof call->file, "%s_%s_%s_%s_2026-01-01_00-00-00", call->uuid, call->origin_dn,
        call->origin_dn, call->destination_dn);
    uint32_t slot = hash_id(call->id) % call_slots;
    while (calls[slot]) slot = (slot + 1) % call_slots;
    return calls[slot] = call;
}

void answer_setting_up(struct stream *stream, const uint8_t *frame) {
    uint8_t *at = stream_room(stream, 4 * answers_limit);
    uint16_t message = message_of(frame);
    if (message == link_ping) return stream_wrote(stream, end_frame(at, begin_frame(at, link_pong)));
    if (message == link_pong) return;
    uint32_t reference = get32(needed(frame, reference_id).bytes);
    switch (message) {
    case request_register_client: at = put_link_connected(at, reference); break;
    case request_register_address:
        set_registration(stream, needed(frame, this_dn), true);
        at = put_registration(at, event_registered, reference, needed(frame, this_dn));
        break;
    case request_unregister_address:
        set_registration(stream, needed(frame, this_dn), false);
        at = put_registration(at, event_unregistered, reference, needed(frame, this_dn));
        break;
    case request_make_call: {
        struct call *call = make_call(stream, frame);
        at = put_call_event(at, event_dialing, reference, call, true);
        at = put_call_event(at, event_ringing, 0, call, false);
        break;
    }
    case request_answer_call: {
        struct call *call = find_call(get64(needed(frame, conn_id).bytes));
        if (call == NULL) fail("RequestAnswerCall for an unknown call");
        at = put_call_event(at, event_established, reference, call, false);
        at = put_call_event(at, event_established, 0, call, true);
        break;
    }
    default: fail("a floor does not serve message %u", message);
    }
    stream_wrote(stream, at);
}
