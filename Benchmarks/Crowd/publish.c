// One T-Client that changes the user data of calls, of each in turn: at a steady rate, or with so many changes
// outstanding. The first on a server makes the calls, those after it go on with them. The last change of each call says
// so. Prints one JSON line once all are answered.
#define _GNU_SOURCE

#include "change.h"
#include "dialogue.h"
#include "inlet.h"
#include "server.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

struct call {
    uint64_t id;
    uint32_t number;
    char dn[dn_size];
};

static struct {
    uint32_t port, calls, changes, rate, window, bytes;
    int pid;
} options = {.calls = 1, .changes = 100, .window = 64, .bytes = 2000};

static struct call *calls;
static uint32_t sent, answered;

static void take_call(int socket, struct call *call, uint32_t ordinal) {
    char other[dn_size];
    struct value id;
    snprintf(call->dn, sizeof call->dn, "%u", first_publishers_dn + ordinal);
    snprintf(other, sizeof other, "%u", first_watched_dn + ordinal);
    const uint8_t *snapshot = register_dn(socket, call->dn, mode_share);
    if (read_snapshot(snapshot, &call->id, &call->number)) return;
    uint8_t *at = put_int(begin_request(request_make_call), reference_id, 3);
    at = put_string(put_string(at, this_dn, call->dn), other_dn, other);
    at = put_change(at, (struct change){0}, options.bytes);
    if (!find_attribute(ask(socket, at, event_dialing, 3), conn_id, &id)) fail("EventDialing came without ConnID");
    call->id = get64(id.bytes);
}

static void send_change(int socket) {
    struct call *call = &calls[sent % options.calls];
    uint8_t frame[512], *at = begin_frame(frame, request_update_user_data);
    at = put_int(at, reference_id, ++sent);
    at = put_long(at, conn_id, call->id);
    at = put_string(at, this_dn, call->dn);
    struct change change = {++call->number, nanoseconds(), sent + options.calls > options.changes};
    at = end_frame(frame, put_change(at, change, 0));
    if (send(socket, frame, (size_t)(at - frame), 0) != at - frame) fail("a change could not be sent");
}

static void on_frame(void *owner, const uint8_t *frame) {
    struct value reference;
    char error[256];
    (void)owner;
    if (message_of(frame) == event_error) {
        describe_error(frame, error, sizeof error);
        fail("a change was refused: %s", error);
    }
    if (message_of(frame) != event_attached_data_changed || !find_attribute(frame, reference_id, &reference)) return;
    if (get32(reference.bytes) != ++answered) fail("the answers of the changes are not in their order");
}

static void publish(int socket, uint64_t begin) {
    struct inlet inlet = {0};
    uint64_t interval = options.rate > 0 ? 1000000000 / options.rate : 0;
    while (answered < options.changes) {
        uint64_t now = nanoseconds(), due = begin + sent * interval;
        bool may_send = sent < options.changes && sent - answered < options.window;
        if (may_send && now >= due) {
            send_change(socket);
            continue;
        }
        struct timespec until = {(time_t)((due - now) / 1000000000), (long)((due - now) % 1000000000)};
        struct pollfd in = {.fd = socket, .events = POLLIN};
        ppoll(&in, 1, may_send ? &until : NULL, NULL);
        if (!inlet_read(&inlet, socket, UINT32_MAX, on_frame, NULL))
            fail("the server closed the publisher's connection");
    }
}

static const char usage[] =
    "usage: publish --port PORT --pid PID [--calls N] [--changes N] [--rate A-SECOND | --window N] [--bytes N]";

static void read_options(int count, char **arguments) {
    static const struct option known[] = {
        {"port", 1, 0, 'p'}, {"pid", 1, 0, 'i'}, {"calls", 1, 0, 'c'}, {"changes", 1, 0, 'n'}, {"rate", 1, 0, 'r'},
        {"window", 1, 0, 'w'}, {"bytes", 1, 0, 'b'}, {0}};
    int option;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case 'p': options.port = (uint32_t)atoi(optarg); break;
        case 'i': options.pid = atoi(optarg); break;
        case 'c': options.calls = (uint32_t)atoi(optarg); break;
        case 'n': options.changes = (uint32_t)atoi(optarg); break;
        case 'r': options.rate = (uint32_t)atoi(optarg); break;
        case 'w': options.window = (uint32_t)atoi(optarg); break;
        case 'b': options.bytes = (uint32_t)atoi(optarg); break;
        default: fail("%s", usage);
        }
    }
    bool sound = options.port > 0 && options.port < 65536 && options.pid > 0 && options.calls > 0
        && options.changes >= options.calls && options.window > 0 && options.bytes <= 15000;
    if (!sound) fail("%s", usage);
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    int socket = connect_to((uint16_t)options.port);
    register_client(socket, "publish");
    calls = calloc(options.calls, sizeof *calls);
    for (uint32_t i = 0; i < options.calls; i++) take_call(socket, &calls[i], i);
    uint64_t cpu = server_cpu(options.pid), begin = nanoseconds();
    publish(socket, begin);
    double seconds = (double)(nanoseconds() - begin) / 1e9;
    printf("{\"changes\":%u,\"seconds\":%.3f,\"cpu\":%.3f}\n", answered, seconds,
        (double)(server_cpu(options.pid) - cpu) / 1e9);
}
