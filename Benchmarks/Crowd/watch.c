// A crowd of T-Clients that watch DNs, in one process, which may be stopped. It prints `opened` once all have
// registered, and when every session has heard the last change of each of its calls, or was cut off, one JSON line.
// With a rate each session reads no more than so many bytes a second, until SIGUSR1 comes.
//
// Exits 1 where a change is missing without a newer one that says so, or comes twice or late.
#include "change.h"
#include "dialogue.h"
#include "histogram.h"
#include "inlet.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { patience = 300 };    // seconds, and then the run is void

struct watched {
    uint32_t dn, number;
    bool is_over;
};

struct watcher {
    int socket;
    uint32_t over;
    bool is_told, is_done;
    uint64_t conflated;
    struct inlet inlet;
    struct watched watched[];
};

static struct {
    const char *name;
    uint32_t port, sessions, dns, of, warm_up, rate;
    int receive_buffer;
} options = {.name = "watch", .sessions = 1, .dns = 1, .of = 1};

static struct {
    uint32_t whole, told, closed;
    uint64_t events, conflated, behind;
} count;

static struct histogram latencies;
static struct watcher **watchers;
static volatile sig_atomic_t reads_all;

static uint32_t done(void) { return count.whole + count.told + count.closed; }

static void end(struct watcher *watcher, uint32_t *how) {
    (*how)++;
    watcher->is_done = true;
    count.conflated += watcher->conflated;
    if (watcher->conflated > 0) count.behind++;
}

// MARK: Hearing

static struct watched *find(struct watcher *watcher, uint32_t dn) {
    for (uint32_t i = 0; i < options.dns; i++)
        if (watcher->watched[i].dn == dn) return &watcher->watched[i];
    fail("an event of a DN came that the session has not registered");
}

static void on_change(struct watcher *watcher, const uint8_t *frame) {
    struct heard_change heard;
    if (!read_change(frame, &heard)) return;
    struct watched *watched = find(watcher, heard.dn);
    if (heard.change.number != watched->number + heard.conflated + 1)
        fail("%s: change %u of DN %u, which stands for %u others, came after %u", options.name, heard.change.number,
            heard.dn, heard.conflated, watched->number);
    watched->number = heard.change.number;
    watcher->conflated += heard.conflated;
    if (count.events++ >= (uint64_t)options.warm_up * options.sessions)
        histogram_add(&latencies, nanoseconds() - heard.change.sent_at);
    if (!heard.change.is_last || watched->is_over) return;
    watched->is_over = true;
    if (++watcher->over == options.dns) end(watcher, &count.whole);
}

static void on_frame(void *owner, const uint8_t *frame) {
    struct watcher *watcher = owner;
    struct value lists, reason;
    if (message_of(frame) == event_attached_data_changed) return on_change(watcher, frame);
    if (message_of(frame) != event_link_disconnected) return;
    bool has_reason = find_attribute(frame, extensions, &lists) && find_pair(lists, "reason", &reason);
    if (!has_reason || !is(reason, "slow-consumer"))
        fail("a session ended for another reason than its slowness");
    watcher->is_told = true;
}

static bool hear(struct watcher *watcher, uint32_t most) {
    if (watcher->socket < 0) return false;
    if (inlet_read(&watcher->inlet, watcher->socket, most, on_frame, watcher)) return true;
    close(watcher->socket);
    watcher->socket = -1;
    if (!watcher->is_done) end(watcher, watcher->is_told ? &count.told : &count.closed);
    return false;
}

static void stop_trickling(int signal) {
    (void)signal;
    reads_all = 1;
}

// Each session has its turn ten times a second.
static void trickle(void) {
    struct timespec pause = {.tv_nsec = 100000000 / options.sessions};
    for (uint32_t next = 0; !reads_all && done() < options.sessions; next = (next + 1) % options.sessions) {
        hear(watchers[next], options.rate / 10);
        nanosleep(&pause, NULL);
    }
}

static void hear_all(void) {
    struct epoll_event events[64];
    int poll = epoll_create1(0);
    for (uint32_t i = 0; i < options.sessions; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = watchers[i]};
        if (watchers[i]->socket >= 0) epoll_ctl(poll, EPOLL_CTL_ADD, watchers[i]->socket, &event);
    }
    while (done() < options.sessions) {
        int ready = epoll_wait(poll, events, 64, -1);
        for (int i = 0; i < ready; i++) hear(events[i].data.ptr, UINT32_MAX);
    }
}

// MARK: The run

// Session 0 watches every `of / dns`th DN, session 1 the next ones.
static void open_watcher(struct watcher *watcher, uint32_t ordinal) {
    watcher->socket = connect_narrow((uint16_t)options.port, options.receive_buffer);
    register_client(watcher->socket, options.name);
    for (uint32_t i = 0; i < options.dns; i++) {
        struct watched *watched = &watcher->watched[i];
        char dn[dn_size];
        uint64_t call;
        watched->dn = (ordinal + i * (options.of / options.dns)) % options.of;
        snprintf(dn, sizeof dn, "%u", first_watched_dn + watched->dn);
        const uint8_t *snapshot = register_dn(watcher->socket, dn, mode_share);
        if (!read_snapshot(snapshot, &call, &watched->number)) watched->number = 0;
    }
}

static void open_all(void) {
    take_all_descriptors();
    watchers = calloc(options.sessions, sizeof *watchers);
    for (uint32_t i = 0; i < options.sessions; i++) {
        watchers[i] = calloc(1, sizeof **watchers + options.dns * sizeof(struct watched));
        open_watcher(watchers[i], i);
    }
    puts("opened");
    fflush(stdout);
}

static void report(void) {
    printf("{\"name\":\"%s\",\"sessions\":%u,\"whole\":%u,\"told\":%u,\"closed\":%u,\"events\":%llu", options.name,
        options.sessions, count.whole, count.told, count.closed, (unsigned long long)count.events);
    printf(",\"conflated\":%llu,\"behind\":%llu", (unsigned long long)count.conflated,
        (unsigned long long)count.behind);
    printf(",\"p50\":%.1f,\"p99\":%.1f}\n", (double)histogram_quantile(&latencies, 0.50) / 1e3,
        (double)histogram_quantile(&latencies, 0.99) / 1e3);
}

static const char usage[] =
    "usage: watch --port PORT [--name NAME] [--sessions N] [--dns OF-EACH] [--of DNS-IN-ALL] [--rate BYTES-A-SECOND]\n"
    "             [--receive-buffer BYTES] [--warm-up CHANGES]";

static void read_options(int argument_count, char **arguments) {
    static const struct option known[] = {
        {"port", 1, 0, 'p'}, {"name", 1, 0, 'n'}, {"sessions", 1, 0, 's'}, {"dns", 1, 0, 'd'}, {"of", 1, 0, 'o'},
        {"rate", 1, 0, 'r'}, {"receive-buffer", 1, 0, 'b'}, {"warm-up", 1, 0, 'w'}, {0}};
    int option;
    while ((option = getopt_long(argument_count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case 'p': options.port = (uint32_t)atoi(optarg); break;
        case 'n': options.name = optarg; break;
        case 's': options.sessions = (uint32_t)atoi(optarg); break;
        case 'd': options.dns = (uint32_t)atoi(optarg); break;
        case 'o': options.of = (uint32_t)atoi(optarg); break;
        case 'r': options.rate = (uint32_t)atoi(optarg); break;
        case 'b': options.receive_buffer = atoi(optarg); break;
        case 'w': options.warm_up = (uint32_t)atoi(optarg); break;
        default: fail("%s", usage);
        }
    }
    bool sound = options.port > 0 && options.port < 65536 && options.sessions > 0 && options.dns <= options.of;
    if (!sound) fail("%s", usage);
}

int main(int argument_count, char **arguments) {
    read_options(argument_count, arguments);
    signal(SIGUSR1, stop_trickling);
    alarm(patience);
    open_all();
    if (options.rate > 0) trickle();
    hear_all();
    report();
}
