#include "change.h"

#include "fail.h"

#include <stdlib.h>

uint8_t *put_change(uint8_t *at, struct change change, uint32_t filling) {
    uint8_t *list = at = put_attribute(at, user_data, type_list);
    at = put_key(at + 4, "number", type_int);
    set32(at, change.number);
    at = put_key(at + 4, "sent", type_binary);
    set32(at, 8);
    set64(at + 4, change.sent_at);
    at = put_key(at + 12, "last", type_int);
    set32(at, change.is_last);
    at += 4;
    if (filling > 0) {
        at = put_key(at, "filling", type_string);
        set32(at, filling);
        memset(at + 4, 'x', filling);
        at += 4 + filling;
    }
    end_list(list, at);
    return at;
}

static bool read_data(struct value list, struct change *change) {
    struct value number, sent, last;
    if (!find_pair(list, "number", &number) || number.type != type_int) return false;
    if (!find_pair(list, "sent", &sent) || sent.length != 8 || !find_pair(list, "last", &last)) return false;
    *change = (struct change){get32(number.bytes), get64(sent.bytes), get32(last.bytes) != 0};
    return true;
}

static uint32_t number_of(struct value text) {
    char digits[dn_size] = "";
    if (text.length >= sizeof digits) fail("a DN of %u bytes came", text.length);
    memcpy(digits, text.bytes, text.length);
    return (uint32_t)strtoul(digits, NULL, 10);
}

bool read_change(const uint8_t *frame, struct heard_change *heard) {
    const uint8_t *at = frame + frame_header, *end = frame + 4 + get32(frame);
    bool has_dn = false, has_data = false;
    struct value value, conflated;
    uint16_t number;
    *heard = (struct heard_change){0};
    while (at < end) {
        if (!next_attribute(&at, end, &number, &value)) fail("event %u does not parse", message_of(frame));
        if (number == this_dn) {
            heard->dn = number_of(value) - first_watched_dn;
            has_dn = true;
        } else if (number == user_data) {
            has_data = read_data(value, &heard->change);
        } else if (number == extensions && find_pair(value, "conflated", &conflated)) {
            heard->conflated = get32(conflated.bytes);
        }
    }
    return has_dn && has_data;
}

bool read_snapshot(const uint8_t *frame, uint64_t *call, uint32_t *number) {
    struct value lists, calls, id, one, data;
    struct change change;
    char digits[17] = "";
    if (!find_attribute(frame, extensions, &lists) || !find_pair(lists, "calls", &calls))
        fail("EventRegistered came without calls");
    const uint8_t *at = calls.bytes;
    if (!next_pair(&at, calls.bytes + calls.length, &id, &one)) return false;
    if (id.length != 16 || !find_pair(one, "user-data", &data) || !read_data(data, &change))
        fail("a call of somebody else is on the DN");
    memcpy(digits, id.bytes, 16);
    *call = strtoull(digits, NULL, 16);
    *number = change.number;
    return true;
}
