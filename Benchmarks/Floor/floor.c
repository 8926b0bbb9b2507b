// The floor: libuv, one loop; of a request it reads length and message number, and where the load client always puts
// them the ReferenceID, the ConnID and the PrivateMsgID. It answers with three frames prepared beforehand. Whatever
// the product does besides moving the same bytes is what it costs more than this.
#include "calls.h"

#include <stdlib.h>

// The load client writes attributes in ascending order: ReferenceID first, ConnID second, PrivateMsgID last.
enum { reference_offset = frame_header + 3, conn_id_offset = frame_header + 7 + 3 };

struct prepared {
    uint8_t bytes[answers_limit];
    uint32_t length, references[2], conn_ids[3];
};

static struct prepared prepared[record_resume - record_start + 1];

static const enum recording_state states[] = {recording_on, recording_off, recording_paused, recording_on};

static uint32_t offset_of(const struct prepared *answers, uint32_t frame, uint16_t number) {
    struct value value;
    if (!find_attribute(answers->bytes + frame, number, &value)) fail("attribute %u was not prepared", number);
    return (uint32_t)(value.bytes - answers->bytes);
}

static void prepare(struct prepared *answers, uint32_t verb, uint64_t id) {
    struct call *call = find_call(id);
    if (call == NULL) fail("a request for an unknown call");
    indicate(call, states[verb - record_start]);
    uint8_t *end = put_answers(answers->bytes, call, verb, 0);
    answers->length = (uint32_t)(end - answers->bytes);
    for (uint32_t at = 0, i = 0, references = 0; at < answers->length; at += 4 + get32(answers->bytes + at), i++) {
        answers->conn_ids[i] = offset_of(answers, at, conn_id);
        if (message_of(answers->bytes + at) == event_attached_data_changed) continue;
        answers->references[references++] = offset_of(answers, at, reference_id);
    }
}

static void on_frame(struct stream *stream, const uint8_t *frame, uint32_t length) {
    if (message_of(frame) != request_private_service) return answer_setting_up(stream, frame);
    uint32_t verb = get32(frame + length - 4);
    if (verb < record_start || verb > record_resume) fail("PrivateMsgID is not the last attribute");
    struct prepared *answers = &prepared[verb - record_start];
    if (answers->length == 0) prepare(answers, verb, get64(frame + conn_id_offset));

    uint8_t *out = stream_room(stream, answers->length);
    memcpy(out, answers->bytes, answers->length);
    for (int i = 0; i < 2; i++) memcpy(out + answers->references[i], frame + reference_offset, 4);
    for (int i = 0; i < 3; i++) memcpy(out + answers->conn_ids[i], frame + conn_id_offset, 8);
    stream_wrote(stream, out + answers->length);
}

int main(void) { return serve(on_frame); }
