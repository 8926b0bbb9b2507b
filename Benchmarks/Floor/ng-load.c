// The plain client of an rtpengine: W commands under way at every moment, the next goes out when the answer to the last
// has come. A verb is what a T-Client would ask for, and takes one NG command or several, one after the other; each of
// the W slots carries out the verbs in turn on a call, and goes on to the next call.
//
//     ng-load --port P --window W --calls N --verb 'start recording,query' --verb 'stop recording'
//
// Prints one JSON line. Exits 1 where an answer is missing, or is not ok.
#include "clock.h"
#include "histogram.h"
#include "ng.h"

#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum { most_verbs = 2, most_commands = 4, look_time = 50 /* ms */ };

struct verb {
    const char *commands[most_commands];
    uint32_t count;
    struct histogram latencies;
};

struct slot {
    uint32_t call, verb, command, number;
    uint64_t began, sent_at;
    char datagram[ng_longest_command];
    size_t length;
};

struct moment {
    uint64_t at, cpu, done;
};

static struct {
    const char *label, *before;
    uint32_t port, window, calls, patience;
    uint64_t warm_up, verbs, seconds;
} options = {.label = "C", .window = 1, .calls = 1000, .patience = 2000, .warm_up = 1000, .verbs = 20000, .seconds = 3};

static struct verb verbs[most_verbs];
static uint32_t verb_count;
static struct slot *slots;
static uint32_t waiting, last_number;
static uint64_t done, repeats;
static struct moment from, to;
static int server;

static struct moment this_moment(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    uint64_t seconds = (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
    uint64_t microseconds = (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    return (struct moment){nanoseconds(), seconds * 1000000000 + microseconds * 1000, done};
}

// MARK: Commands

static void transmit(struct slot *slot) {
    if (send(server, slot->datagram, slot->length, 0) < 0) fail("the server is gone");
    slot->sent_at = nanoseconds();
}

// The number of a cookie tells its slot, and a command has one of its own.
static void send_command(struct slot *slot) {
    struct verb *verb = &verbs[slot->verb];
    slot->number = last_number + options.window - last_number % options.window + (uint32_t)(slot - slots);
    last_number = slot->number;
    struct ng_command command = {.name = verb->commands[slot->command], .call = slot->call};
    slot->length = (size_t)(ng_put(slot->datagram, slot->number, &command) - slot->datagram);
    transmit(slot);
    if (slot->command == 0) slot->began = slot->sent_at;
}

static void go_on(struct slot *slot) {
    slot->command = 0;
    slot->verb = (slot->verb + 1) % verb_count;
    if (slot->verb == 0) slot->call += options.window;
    if (slot->call >= options.calls) slot->call %= options.window;
    send_command(slot);
}

static void count_verb(struct slot *slot) {
    done++;
    if (done == options.warm_up) from = this_moment();
    if (from.at != 0) histogram_add(&verbs[slot->verb].latencies, nanoseconds() - slot->began);
    if (from.at == 0 || to.at != 0) return;
    bool is_late = nanoseconds() - from.at > options.seconds * 1000000000;
    if (done == options.warm_up + options.verbs || is_late) to = this_moment();
}

static void answered(struct slot *slot) {
    slot->number = 0;
    if (++slot->command < verbs[slot->verb].count) return send_command(slot);
    count_verb(slot);
    if (to.at == 0) go_on(slot);
    else waiting--;
}

// MARK: Answers

static void receive(void) {
    static char text[ng_longest_reply];
    ssize_t count;
    while (waiting > 0 && (count = recv(server, text, sizeof text, MSG_DONTWAIT)) >= 0) {
        struct ng_reply reply = {text, (size_t)count};
        uint32_t number;
        if (!ng_take_cookie(&reply, &number)) fail("an answer came without a cookie of ours");
        struct slot *slot = &slots[number % options.window];
        if (slot->number != number) continue;  // answered before: the command had been repeated
        if (!ng_is_ok(&reply))
            fail("%s: %.*s", verbs[slot->verb].commands[slot->command], (int)reply.length, reply.text);
        answered(slot);
    }
}

static void repeat_overdue(void) {
    static uint64_t looked;
    if (nanoseconds() - looked < (uint64_t)look_time * 1000000) return;
    looked = nanoseconds();
    for (uint32_t i = 0; i < options.window; i++) {
        struct slot *slot = &slots[i];
        if (slot->number == 0 || looked - slot->sent_at < options.patience * (uint64_t)1000000) continue;
        if (++repeats > 20 * options.window) fail("the server does not answer");
        transmit(slot);
    }
}

static void run(void) {
    slots = calloc(options.window, sizeof *slots);
    waiting = options.window;
    for (uint32_t i = 0; i < options.window; i++) {
        slots[i].call = i;
        send_command(&slots[i]);
    }
    while (waiting > 0) {
        struct pollfd ready = {.fd = server, .events = POLLIN};
        poll(&ready, 1, look_time);
        receive();
        repeat_overdue();
    }
}

// MARK: The run

static void prepare(void) {
    for (uint32_t call = 0; options.before != NULL && call < options.calls; call++) {
        struct ng_command command = {.name = options.before, .call = call};
        struct ng_reply reply;
        if (!ng_ask(server, &command, 3, 2000, &reply) || !ng_is_ok(&reply)) fail("%s failed", options.before);
    }
}

static void report(void) {
    double seconds = (double)(to.at - from.at) / 1e9, measured = (double)(to.done - from.done);
    printf("{\"client\":\"%s\",\"window\":%u,\"verbs\":%llu,\"rate\":%.1f,\"cpu\":%.3f,\"repeats\":%llu", options.label,
        options.window, (unsigned long long)done, measured / seconds,
        (double)(to.cpu - from.cpu) / 1e3 / measured, (unsigned long long)repeats);
    for (uint32_t i = 0; i < verb_count; i++)
        printf(",\"p50-%u\":%.1f,\"p99-%u\":%.1f", i + 1, (double)histogram_quantile(&verbs[i].latencies, 0.50) / 1e3,
            i + 1, (double)histogram_quantile(&verbs[i].latencies, 0.99) / 1e3);
    printf("}\n");
}

static void read_verb(char *text) {
    if (verb_count == most_verbs) fail("at most %d verbs", most_verbs);
    struct verb *verb = &verbs[verb_count++];
    for (char *name = strtok(text, ","); name != NULL; name = strtok(NULL, ",")) {
        if (verb->count == most_commands) fail("at most %d commands for a verb", most_commands);
        verb->commands[verb->count++] = name;
    }
}

static const char usage[] =
    "usage: ng-load --port P --verb NAME[,NAME ...] [--verb ...] [--window W] [--calls N] [--before NAME]\n"
    "               [--warm-up V] [--verbs V] [--seconds LIMIT] [--patience-ms MS] [--label NAME]";

static void read_options(int count, char **arguments) {
    static const struct option known[] = {
        {"port", 1, 0, 'p'}, {"window", 1, 0, 'w'}, {"calls", 1, 0, 'c'}, {"verb", 1, 0, 'v'}, {"before", 1, 0, 'b'},
        {"warm-up", 1, 0, 'u'}, {"verbs", 1, 0, 'r'}, {"seconds", 1, 0, 's'}, {"patience-ms", 1, 0, 't'},
        {"label", 1, 0, 'l'}, {0}};
    int option;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case 'p': options.port = (uint32_t)atoi(optarg); break;
        case 'w': options.window = (uint32_t)atoi(optarg); break;
        case 'c': options.calls = (uint32_t)atoi(optarg); break;
        case 'v': read_verb(optarg); break;
        case 'b': options.before = optarg; break;
        case 'u': options.warm_up = (uint64_t)atoll(optarg); break;
        case 'r': options.verbs = (uint64_t)atoll(optarg); break;
        case 's': options.seconds = (uint64_t)atoll(optarg); break;
        case 't': options.patience = (uint32_t)atoi(optarg); break;
        case 'l': options.label = optarg; break;
        default: fail("%s", usage);
        }
    }
    bool sound = options.port > 0 && options.port < 65536 && options.window > 0 && options.calls >= options.window
        && verb_count > 0 && options.warm_up > 0 && options.verbs > 0 && options.patience > 0;
    if (!sound) fail("%s", usage);
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    server = ng_open((uint16_t)options.port);
    prepare();
    run();
    report();
}
