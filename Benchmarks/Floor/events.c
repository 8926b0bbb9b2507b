// The events of both floors, with the attributes that the wire format gives them.
#include "calls.h"

#include <time.h>

static uint64_t sequence;

static uint8_t *put_times(uint8_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    at = put_int(at, time_in_secs, (uint32_t)now.tv_sec);
    return put_int(at, time_in_usecs, (uint32_t)(now.tv_nsec / 1000));
}

// MARK: Sessions, registrations, calls

uint8_t *put_link_connected(uint8_t *frame, uint32_t reference) {
    uint8_t *at = begin_frame(frame, event_link_connected);
    at = put_int(at, reference_id, reference);
    at = put_string(at, server_version, "floor");
    at = put_int(at, server_role, 0);
    at = put_string(at, application_name, "floor");
    at = put_times(at);
    at = put_string(at, session_id, "00000000000000000000000000000000");
    return end_frame(frame, put_long(at, server_start_time, 0));
}

uint8_t *put_registration(uint8_t *frame, uint16_t message, uint32_t reference, struct value dn) {
    uint8_t *at = begin_frame(frame, message);
    at = put_int(at, reference_id, reference);
    at = put_bytes(put_attribute(at, this_dn, type_string), dn.bytes, dn.length);
    if (message == event_registered) {
        uint8_t *list = at = put_attribute(at, extensions, type_list);
        uint8_t *none = at = put_key(at + 4, "calls", type_list);
        end_list(none, at += 4);
        end_list(list, at);
    }
    at = put_times(at);
    return end_frame(frame, put_long(at, event_sequence_number, ++sequence));
}

uint8_t *put_call_event(
    uint8_t *frame, uint16_t message, uint32_t reference, const struct call *call, bool origin) {
    uint8_t *at = begin_frame(frame, message);
    if (reference != 0) at = put_int(at, reference_id, reference);
    at = put_int(at, call_id, 0);
    at = put_long(at, conn_id, call->id);
    at = put_string(at, dnis, call->destination_dn);
    at = put_string(at, ani, call->origin_dn);
    at = put_string(at, this_dn, origin ? call->origin_dn : call->destination_dn);
    at = put_int(at, this_dn_role, origin ? 1 : 2);
    at = put_string(at, other_dn, origin ? call->destination_dn : call->origin_dn);
    at = put_int(at, other_dn_role, origin ? 2 : 1);
    at = put_bytes(put_attribute(at, user_data, type_list), call->user_data, call->user_data_length);
    at = put_int(at, call_type, 1);
    at = put_times(at);
    at = put_string(at, call_uuid, call->uuid);
    return end_frame(frame, put_long(at, event_sequence_number, ++sequence));
}

// MARK: Recording

static const char *const state_names[] = {"off", "on", "paused"};
static const char *const indications[] = {"Off", "On", "Paused"};

void indicate(struct call *call, enum recording_state state) {
    uint8_t *at = call->user_data + call->client_pairs_length;
    call->recording = state;
    at = put_pair(at, "GSIP_REC_FN", call->file);
    at = put_pair(at, "GSIP_RECORD", indications[state]);
    call->user_data_length = (uint32_t)(at - call->user_data);
}

static uint8_t *put_ack(uint8_t *frame, const struct call *call, uint32_t verb, uint32_t reference) {
    uint8_t *at = begin_frame(frame, event_ack);
    at = put_int(at, reference_id, reference);
    at = put_long(at, conn_id, call->id);
    at = put_string(at, this_dn, call->origin_dn);
    uint8_t *list = at = put_attribute(at, extensions, type_list);
    at = put_pair(at + 4, "id", call->recording_id);
    uint8_t *recordings = at = put_key(at, "recordings", type_list);
    at = put_pair(at + 4, call->recording_id, state_names[call->recording]);
    end_list(recordings, at);
    end_list(list, at);
    at = put_int(at, user_event, request_private_service);
    at = put_times(at);
    at = put_int(at, private_msg_id, verb);
    return end_frame(frame, put_long(at, event_sequence_number, ++sequence));
}

static uint8_t *put_change(uint8_t *frame, const struct call *call) {
    uint8_t *at = begin_frame(frame, event_attached_data_changed);
    at = put_int(at, call_id, 0);
    at = put_long(at, conn_id, call->id);
    at = put_string(at, dnis, call->destination_dn);
    at = put_string(at, ani, call->origin_dn);
    at = put_string(at, this_dn, call->origin_dn);
    at = put_int(at, this_dn_role, 1);
    at = put_string(at, other_dn, call->destination_dn);
    at = put_int(at, other_dn_role, 2);
    at = put_string(at, third_party_dn, call->origin_dn);
    at = put_bytes(put_attribute(at, user_data, type_list), call->user_data, call->user_data_length);
    uint8_t *list = at = put_attribute(at, extensions, type_list);
    uint8_t *recording = at = put_key(at + 4, "recording", type_list);
    at = put_pair(at + 4, "id", call->recording_id);
    at = put_pair(at, "state", state_names[call->recording]);
    at = put_pair(at, "cause", "request");
    at = put_pair(at, "party", call->origin_dn);
    at = put_pair(at, "file", call->file);
    end_list(recording, at);
    end_list(list, at);
    at = put_int(at, call_type, 1);
    at = put_times(at);
    at = put_string(at, call_uuid, call->uuid);
    return end_frame(frame, put_long(at, event_sequence_number, ++sequence));
}

static uint8_t *put_outcome(uint8_t *frame, const struct call *call, uint32_t verb, uint32_t reference) {
    uint8_t *at = begin_frame(frame, event_private_info);
    at = put_int(at, reference_id, reference);
    at = put_long(at, conn_id, call->id);
    at = put_string(at, this_dn, call->origin_dn);
    uint8_t *list = at = put_attribute(at, extensions, type_list);
    at = put_pair(at + 4, "id", call->recording_id);
    at = put_pair(at, "result", "done");
    at = put_pair(at, "state", state_names[call->recording]);
    uint8_t *recordings = at = put_key(at, "recordings", type_list);
    uint8_t *one = at = put_key(at + 4, call->recording_id, type_list);
    at = put_pair(at + 4, "result", "done");
    at = put_pair(at, "state", state_names[call->recording]);
    end_list(one, at);
    end_list(recordings, at);
    end_list(list, at);
    at = put_times(at);
    at = put_int(at, private_msg_id, verb);
    return end_frame(frame, put_long(at, event_sequence_number, ++sequence));
}

uint8_t *put_answers(uint8_t *at, const struct call *call, uint32_t verb, uint32_t reference) {
    at = put_ack(at, call, verb, reference);
    at = put_change(at, call);
    return put_outcome(at, call, verb, reference);
}
