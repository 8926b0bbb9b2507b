// The wire format (TLibrary, WireFormat): a frame is a 4-byte length, version, flags, a 2-byte message number, and
// attributes. All integers are big-endian. These are the few messages and attributes that the load client uses.
#pragma once

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum message {
    request_register_client = 0,
    request_register_address = 3,
    request_unregister_address = 4,
    request_make_call = 14,
    request_answer_call = 16,
    request_release_call = 17,
    request_update_user_data = 31,
    request_query_call = 108,
    request_private_service = 149,
    event_error = 52,
    event_registered = 53,
    event_unregistered = 54,
    event_ringing = 60,
    event_dialing = 61,
    event_established = 64,
    event_released = 65,
    event_attached_data_changed = 85,
    event_link_disconnected = 94,
    event_link_connected = 95,
    event_party_info = 109,
    event_ack = 138,
    event_private_info = 150,
    link_ping = 65280,
    link_pong = 65281,
};

enum attribute_number {
    protocol_version = 0,
    error_message = 1,
    reference_id = 2,
    call_id = 3,
    conn_id = 9,
    dnis = 18,
    ani = 19,
    this_dn = 20,
    this_dn_role = 23,
    other_dn = 24,
    other_dn_role = 27,
    third_party_dn = 28,
    error_code = 46,
    register_mode = 49,
    user_data = 51,
    extensions = 53,
    call_type = 54,
    user_event = 58,
    application_name = 64,
    server_version = 61,
    server_role = 62,
    time_in_secs = 86,
    time_in_usecs = 87,
    private_msg_id = 105,
    session_id = 108,
    call_uuid = 141,
    server_start_time = 147,
    event_sequence_number = 148,
};

enum value_type { type_string, type_int, type_binary, type_list, type_unicode, type_long };

enum verb { record_start = 4013, record_stop = 4014, record_pause = 4015, record_resume = 4016 };

enum { frame_header = 8, frame_limit = 65536, list_depth_limit = 12 };

static inline uint16_t get16(const uint8_t *at) { uint16_t v; memcpy(&v, at, 2); return be16toh(v); }
static inline uint32_t get32(const uint8_t *at) { uint32_t v; memcpy(&v, at, 4); return be32toh(v); }
static inline uint64_t get64(const uint8_t *at) { uint64_t v; memcpy(&v, at, 8); return be64toh(v); }
static inline void set16(uint8_t *at, uint16_t v) { v = htobe16(v); memcpy(at, &v, 2); }
static inline void set32(uint8_t *at, uint32_t v) { v = htobe32(v); memcpy(at, &v, 4); }
static inline void set64(uint8_t *at, uint64_t v) { v = htobe64(v); memcpy(at, &v, 8); }

static inline uint16_t message_of(const uint8_t *frame) { return get16(frame + 6); }

// MARK: Writing. Each function returns where the next byte goes; the caller has made room.

static inline uint8_t *put_attribute(uint8_t *at, uint16_t number, uint8_t type) {
    set16(at, number);
    at[2] = type;
    return at + 3;
}

static inline uint8_t *put_bytes(uint8_t *at, const void *bytes, uint32_t length) {
    set32(at, length);
    memcpy(at + 4, bytes, length);
    return at + 4 + length;
}

static inline uint8_t *put_int(uint8_t *at, uint16_t number, uint32_t value) {
    at = put_attribute(at, number, type_int);
    set32(at, value);
    return at + 4;
}

static inline uint8_t *put_long(uint8_t *at, uint16_t number, uint64_t value) {
    at = put_attribute(at, number, type_long);
    set64(at, value);
    return at + 8;
}

static inline uint8_t *put_string(uint8_t *at, uint16_t number, const char *text) {
    return put_bytes(put_attribute(at, number, type_string), text, (uint32_t)strlen(text));
}

static inline uint8_t *put_key(uint8_t *at, const char *key, uint8_t type) {
    uint16_t length = (uint16_t)strlen(key);
    set16(at, length);
    memcpy(at + 2, key, length);
    at[2 + length] = type;
    return at + 3 + length;
}

static inline uint8_t *put_pair(uint8_t *at, const char *key, const char *text) {
    return put_bytes(put_key(at, key, type_string), text, (uint32_t)strlen(text));
}

// A list, as a pair's value or as an attribute's, begins with 4 bytes for its length, which `end_list` fills in.
static inline void end_list(uint8_t *begin, const uint8_t *end) { set32(begin, (uint32_t)(end - begin - 4)); }

static inline uint8_t *begin_frame(uint8_t *frame, uint16_t message) {
    frame[4] = 1;
    frame[5] = 0;
    set16(frame + 6, message);
    return frame + frame_header;
}

static inline uint8_t *end_frame(uint8_t *frame, uint8_t *end) {
    set32(frame, (uint32_t)(end - frame - 4));
    return end;
}

// MARK: Reading

struct value {
    const uint8_t *bytes;
    uint32_t length;
    uint8_t type;
};

// Reads a value of `value.type` at `*at`; false where it passes `end` or its type is unknown.
static inline bool read_value(const uint8_t **at, const uint8_t *end, struct value *value) {
    size_t left = (size_t)(end - *at);
    switch (value->type) {
    case type_int: value->length = 4; break;
    case type_long: value->length = 8; break;
    case type_string: case type_binary: case type_list: case type_unicode:
        if (left < 4) return false;
        value->length = get32(*at);
        *at += 4;
        left -= 4;
        break;
    default: return false;
    }
    if (left < value->length) return false;
    value->bytes = *at;
    *at += value->length;
    return true;
}

static inline bool next_attribute(const uint8_t **at, const uint8_t *end, uint16_t *number, struct value *value) {
    if (end - *at < 3) return false;
    *number = get16(*at);
    value->type = (*at)[2];
    *at += 3;
    return read_value(at, end, value);
}

static inline bool next_pair(const uint8_t **at, const uint8_t *end, struct value *key, struct value *value) {
    if (end - *at < 3) return false;
    key->length = get16(*at);
    if (key->length == 0 || key->length > 255 || end - *at < 3 + (long)key->length) return false;
    key->bytes = *at + 2;
    value->type = key->bytes[key->length];
    *at += 3 + key->length;
    return value->type != type_long && read_value(at, end, value);
}

static inline bool is(struct value value, const char *text) {
    return value.length == strlen(text) && memcmp(value.bytes, text, value.length) == 0;
}

// The first pair of `key` in a list; false where there is none.
static inline bool find_pair(struct value list, const char *key, struct value *found) {
    const uint8_t *at = list.bytes, *end = at + list.length;
    struct value name;
    while (next_pair(&at, end, &name, found))
        if (is(name, key)) return true;
    return false;
}

// The structure of a list and of all lists in it.
static inline bool sound_list(struct value list, int depth) {
    if (depth > list_depth_limit) return false;
    const uint8_t *at = list.bytes, *end = at + list.length;
    struct value key, value;
    while (at < end) {
        if (!next_pair(&at, end, &key, &value)) return false;
        if (value.type == type_list && !sound_list(value, depth + 1)) return false;
    }
    return true;
}

// The first attribute of `number` in a frame; false where there is none.
static inline bool find_attribute(const uint8_t *frame, uint16_t number, struct value *found) {
    const uint8_t *at = frame + frame_header, *end = frame + 4 + get32(frame);
    uint16_t each;
    while (next_attribute(&at, end, &each, found))
        if (each == number) return true;
    return false;
}
