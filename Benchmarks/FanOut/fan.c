// The counting client of the fan-out: one publisher with W messages unanswered at every moment, N subscribers. The next
// message goes out when the answer to an older one has come.
//
//     fan --system callcontrol --port P --pid PID --subscribers N --window W
//
// Prints one JSON line. Exits 1 where a delivery is missing, or is not what was published.
#include "clock.h"
#include "dialogue.h"
#include "server.h"
#include "system.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

// The server reads no more of a session than this many requests ahead.
enum { largest_window = 1024 };

enum { checked_messages = 20, most_ready = 1024, most_at_once = 1 << 20, drain_seconds = 5 };

struct moment {
    uint64_t at, cpu, published;
    uint64_t bytes;    // at all subscribers
};

static struct {
    const struct system *system;
    uint32_t port, subscribers, window;
    int pid;
    double warm_up, seconds;
} options = {.system = &tlib_system, .subscribers = 1, .window = 1, .warm_up = 0.5, .seconds = 2};

static int publisher, *subscribers, ready;
static size_t delivery, answer;
static uint64_t numbered;    // the number of the message that was published last
static struct moment now, from, to;
static uint64_t answer_bytes;
static uint8_t *out;

static void take_moment(struct moment *moment) {
    *moment = now;
    moment->cpu = server_cpu(options.pid);
    moment->at = nanoseconds();
}

// MARK: One message after the other, read and compared

static void send_all(const uint8_t *bytes, size_t length) {
    while (length > 0) {
        ssize_t sent = send(publisher, bytes, length, 0);
        if (sent < 0) fail("the server takes no message any more");
        bytes += sent;
        length -= (size_t)sent;
    }
}

static void publish_one(void) {
    send_all(out, (size_t)(options.system->put(out, ++numbered) - out));
    answer = options.system->receive_answer(publisher);
    for (uint32_t i = 0; i < options.subscribers; i++) {
        uint64_t number;
        delivery = options.system->receive(subscribers[i], &number);
        if (number != numbered) fail("subscriber %u got another message than was published", i);
    }
}

// MARK: As many as there can be, counted

static void publish(uint64_t count) {
    uint8_t *end = out;
    for (uint64_t i = 0; i < count; i++) end = options.system->put(end, ++numbered);
    now.published += count;
    send_all(out, (size_t)(end - out));
}

// What has come is thrown away by the kernel, and counted.
static uint64_t count_bytes(int socket) {
    ssize_t got = recv(socket, NULL, most_at_once, MSG_DONTWAIT | MSG_TRUNC);
    if (got == 0) fail("the server closed a connection");
    if (got < 0 && errno != EAGAIN) fail("a connection broke");
    return got < 0 ? 0 : (uint64_t)got;
}

static void add_to_ready(int socket) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = socket};
    if (epoll_ctl(ready, EPOLL_CTL_ADD, socket, &event) < 0) fail("a socket cannot be watched");
}

// One look at all sockets. The publisher comes last, so that nobody publishes ahead of subscribers that are ready.
static void look(int milliseconds) {
    static struct epoll_event events[most_ready];
    bool is_answered = false;
    int count = epoll_wait(ready, events, most_ready, milliseconds);
    for (int i = 0; i < count; i++) {
        if (events[i].data.fd == publisher) is_answered = true;
        else now.bytes += count_bytes(events[i].data.fd);
    }
    if (is_answered) answer_bytes += count_bytes(publisher);
}

static void publish_for(double seconds) {
    uint64_t until = nanoseconds() + (uint64_t)(seconds * 1e9);
    while (nanoseconds() < until) {
        uint64_t answered = answer_bytes / answer;
        if (now.published < answered + options.window) publish(answered + options.window - now.published);
        look(1000);
    }
}

static void drain(void) {
    uint64_t until = nanoseconds() + (uint64_t)drain_seconds * 1000000000;
    uint64_t wanted = now.published * delivery * options.subscribers;
    while (now.bytes < wanted || answer_bytes < now.published * answer) {
        if (nanoseconds() > until) fail("%.1f deliveries are missing", (double)(wanted - now.bytes) / (double)delivery);
        look(100);
    }
    if (now.bytes != wanted) fail("more came than was published");
}

static void measure(void) {
    ready = epoll_create1(0);
    add_to_ready(publisher);
    for (uint32_t i = 0; i < options.subscribers; i++) add_to_ready(subscribers[i]);
    publish_for(options.warm_up);
    take_moment(&from);
    publish_for(options.seconds);
    take_moment(&to);
    drain();
}

static void report(void) {
    double seconds = (double)(to.at - from.at) / 1e9;
    double deliveries = (double)(to.bytes - from.bytes) / (double)delivery;
    printf("{\"system\":\"%s\",\"subscribers\":%u,\"window\":%u,\"size\":%zu", options.system->name,
        options.subscribers, options.window, delivery);
    printf(",\"published\":%.0f,\"deliveries\":%.0f,\"cpu\":%.1f}\n", (double)(to.published - from.published) / seconds,
        deliveries / seconds, (double)(to.cpu - from.cpu) / deliveries);
}

static const char usage[] =
    "usage: fan --system callcontrol|redis --port PORT --pid PID [--subscribers N] [--window W] [--payload BYTES]\n"
    "           [--warm-up SECONDS] [--seconds SECONDS]";

static const struct system *system_named(const char *name) {
    if (strcmp(name, tlib_system.name) == 0) return &tlib_system;
    if (strcmp(name, redis_system.name) == 0) return &redis_system;
    fail("there is no system %s", name);
}

static void read_options(int count, char **arguments) {
    static const struct option known[] = {
        {"system", 1, 0, 'y'}, {"port", 1, 0, 'p'}, {"pid", 1, 0, 'i'}, {"subscribers", 1, 0, 'n'},
        {"window", 1, 0, 'w'}, {"payload", 1, 0, 'b'}, {"warm-up", 1, 0, 'u'}, {"seconds", 1, 0, 's'}, {0}};
    int option;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case 'y': options.system = system_named(optarg); break;
        case 'p': options.port = (uint32_t)atoi(optarg); break;
        case 'i': options.pid = atoi(optarg); break;
        case 'n': options.subscribers = (uint32_t)atoi(optarg); break;
        case 'w': options.window = (uint32_t)atoi(optarg); break;
        case 'b': redis_payload = (size_t)atoi(optarg); break;
        case 'u': options.warm_up = atof(optarg); break;
        case 's': options.seconds = atof(optarg); break;
        default: fail("%s", usage);
        }
    }
    bool sound = options.port > 0 && options.port < 65536 && options.pid > 0 && options.subscribers > 0
        && options.window > 0 && options.window <= largest_window && redis_payload >= 16 && redis_payload < longest_message - 256 && options.seconds > 0;
    if (!sound) fail("%s", usage);
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    take_all_descriptors();
    out = malloc((size_t)options.window * longest_message);
    subscribers = calloc(options.subscribers, sizeof *subscribers);
    if (out == NULL || subscribers == NULL) fail("out of memory");
    publisher = options.system->open_publisher((uint16_t)options.port);
    for (uint32_t i = 0; i < options.subscribers; i++)
        subscribers[i] = options.system->open_subscriber((uint16_t)options.port);
    for (int i = 0; i < checked_messages; i++) publish_one();
    measure();
    for (int i = 0; i < checked_messages; i++) publish_one();
    report();
}
