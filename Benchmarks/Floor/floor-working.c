// The working floor: what a C program would do at least to serve the same requests. It parses every attribute, looks
// up the session's registration and the call, judges the verb, keeps the state, rewrites the indication in the call's
// stored user data, and encodes the three answers. No media server, no sessions to fan out to, no limits, no counters.
#include "calls.h"

struct request {
    struct value reference, call, dn, verb;
    bool sound;
};

static struct request parse(const uint8_t *frame, uint32_t length) {
    struct request request = {0};
    const uint8_t *at = frame + frame_header, *end = frame + length;
    uint64_t seen[4] = {0};
    while (at < end) {
        uint16_t number;
        struct value value;
        if (!next_attribute(&at, end, &number, &value)) return request;
        if (value.type == type_list && !sound_list(value, 1)) return request;
        if (number < 256) {
            if (seen[number / 64] >> (number % 64) & 1) return request;
            seen[number / 64] |= 1ull << (number % 64);
        }
        switch (number) {
        case reference_id: request.reference = value; break;
        case conn_id: request.call = value; break;
        case this_dn: request.dn = value; break;
        case private_msg_id: request.verb = value; break;
        default: break;
        }
    }
    request.sound = request.reference.type == type_int && request.call.type == type_long
        && request.dn.type == type_string && request.verb.type == type_int;
    return request;
}

// The verb table (Recording contract, "Requests at run time"): the state after an accepted request, or the error.
static int judge(enum recording_state state, uint32_t verb, enum recording_state *next) {
    switch (verb) {
    case record_start: *next = recording_on; return state == recording_off ? 0 : 43;
    case record_stop: *next = recording_off; return state == recording_off ? 1161 : 0;
    case record_pause: *next = recording_paused; break;
    case record_resume: *next = recording_on; break;
    default: return 51;
    }
    if (state == recording_off) return 1161;
    return state == *next ? 43 : 0;
}

static uint8_t *put_error(uint8_t *frame, const struct request *request, uint32_t code) {
    uint8_t *at = begin_frame(frame, event_error);
    at = put_string(at, error_message, "The request was refused.");
    if (request->reference.bytes) at = put_int(at, reference_id, get32(request->reference.bytes));
    at = put_int(at, error_code, code);
    return end_frame(frame, put_int(at, user_event, request_private_service));
}

static void on_frame(struct stream *stream, const uint8_t *frame, uint32_t length) {
    if (message_of(frame) != request_private_service) return answer_setting_up(stream, frame);
    uint8_t *out = stream_room(stream, answers_limit);
    struct request request = parse(frame, length);
    if (!request.sound) return stream_wrote(stream, put_error(out, &request, 545));
    if (!registered(stream, request.dn)) return stream_wrote(stream, put_error(out, &request, 41));
    struct call *call = find_call(get64(request.call.bytes));
    if (call == NULL) return stream_wrote(stream, put_error(out, &request, 56));

    uint32_t verb = get32(request.verb.bytes);
    enum recording_state next;
    int refusal = judge(call->recording, verb, &next);
    if (refusal != 0) return stream_wrote(stream, put_error(out, &request, (uint32_t)refusal));
    indicate(call, next);
    stream_wrote(stream, put_answers(out, call, verb, get32(request.reference.bytes)));
}

int main(void) { return serve(on_frame); }
