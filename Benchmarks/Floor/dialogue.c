#include "dialogue.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { answer_seconds = 30, ethernet_segment = 1460 };

static uint8_t frame_in[4 + frame_limit], frame_out[4 + frame_limit];

// Loopback's segments of 64 kB would let the server's kernel keep megabytes.
static void narrow(int descriptor, int receive_buffer) {
    int segment = ethernet_segment;
    setsockopt(descriptor, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
}

int connect_to(uint16_t port) { return connect_narrow(port, 0); }

int connect_narrow(uint16_t port, int receive_buffer) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct timeval limit = {.tv_sec = answer_seconds};
    int now = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    if (descriptor < 0) fail("there are no descriptors for so many connections");
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
    if (receive_buffer > 0) narrow(descriptor, receive_buffer);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0) fail("port %u takes no connection", port);
    return descriptor;
}

void take_all_descriptors(void) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0) return;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

void receive_exactly(int socket, uint8_t *bytes, size_t length) {
    while (length > 0) {
        ssize_t got = read(socket, bytes, length);
        if (got == 0) fail("the server closed a connection while clients were being set up");
        if (got < 0) fail("the server did not answer within %d s while clients were being set up", answer_seconds);
        bytes += got;
        length -= (size_t)got;
    }
}

void send_exactly(int socket, const uint8_t *bytes, size_t length) {
    if (write(socket, bytes, length) != (ssize_t)length) fail("a request could not be sent");
}

const uint8_t *receive_frame(int socket) {
    receive_exactly(socket, frame_in, 4);
    uint32_t length = get32(frame_in);
    if (length < 4 || length > frame_limit) fail("the server sent a frame of %u bytes", length);
    receive_exactly(socket, frame_in + 4, length);
    return frame_in;
}

void describe_error(const uint8_t *frame, char *text, size_t size) {
    struct value code, message;
    bool coded = find_attribute(frame, error_code, &code), told = find_attribute(frame, error_message, &message);
    snprintf(text, size, "%d %.*s", coded ? (int)get32(code.bytes) : -1, told ? (int)message.length : 0,
        told ? (const char *)message.bytes : "");
}

uint8_t *begin_request(enum message request) { return begin_frame(frame_out, (uint16_t)request); }

static void send_frame(int socket, uint8_t *end) {
    send_exactly(socket, frame_out, (size_t)(end_frame(frame_out, end) - frame_out));
}

const uint8_t *ask(int socket, uint8_t *end, uint16_t wanted, uint32_t reference) {
    uint16_t request = message_of(frame_out);
    char error[256];
    send_frame(socket, end);
    for (;;) {
        const uint8_t *frame = receive_frame(socket);
        struct value answered;
        if (message_of(frame) == link_ping) {
            send_frame(socket, begin_request(link_pong));
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

void register_client(int socket, const char *application) {
    uint8_t *at = begin_request(request_register_client);
    at = put_string(at, protocol_version, "1");
    at = put_int(at, reference_id, 1);
    ask(socket, put_string(at, application_name, application), event_link_connected, 1);
}

const uint8_t *register_dn(int socket, const char *dn, enum mode mode) {
    uint8_t *at = begin_request(request_register_address);
    at = put_int(at, reference_id, 2);
    at = put_string(at, this_dn, dn);
    return ask(socket, put_int(at, register_mode, mode), event_registered, 2);
}

static void unregister_dn(int socket, const char *dn) {
    uint8_t *at = begin_request(request_unregister_address);
    at = put_int(at, reference_id, 2);
    ask(socket, put_string(at, this_dn, dn), event_unregistered, 2);
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

static uint64_t make_call(int socket, const char *dn, const char *other, bool has_data) {
    uint8_t *at = begin_request(request_make_call);
    struct value id;
    at = put_int(at, reference_id, 3);
    at = put_string(at, this_dn, dn);
    at = put_string(at, other_dn, other);
    const uint8_t *dialing = ask(socket, has_data ? put_user_data(at) : at, event_dialing, 3);
    if (!find_attribute(dialing, conn_id, &id)) fail("EventDialing came without ConnID");
    return get64(id.bytes);
}

static void answer_call(int socket, const char *dn, uint64_t id) {
    uint8_t *at = begin_request(request_answer_call);
    at = put_int(at, reference_id, 4);
    at = put_long(at, conn_id, id);
    ask(socket, put_string(at, this_dn, dn), event_established, 4);
}

uint64_t establish_call(int socket, const char *dn, const char *other, bool has_data) {
    register_dn(socket, dn, mode_share);
    register_dn(socket, other, mode_share);
    uint64_t id = make_call(socket, dn, other, has_data);
    answer_call(socket, other, id);
    unregister_dn(socket, other);
    return id;
}
