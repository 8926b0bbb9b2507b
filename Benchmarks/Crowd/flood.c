// What one T-Client that asks as fast as it can does to another, which has one request outstanding: by turns the other
// is alone on an idle machine, alone with cores that are kept awake, and beside the flood. Prints a JSON line for each.
//
// Each has a call of its own and changes its user data. The one that is measured is taken first by its core, where the
// kernel allows it: its own waiting for the core is not the server's doing.
#define _GNU_SOURCE

#include "change.h"
#include "dialogue.h"
#include "histogram.h"
#include "inlet.h"
#include "server.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// The calls of the two, and what is above the ReferenceIDs with which they were made.
enum { flooder, asker, first_reference = 10, request_room = 256 };

struct own_call {
    uint64_t id;
    char dn[dn_size];
};

static struct {
    uint32_t port, requests, rounds, milliseconds;
    int pid;
} options = {.requests = 100000, .rounds = 5, .milliseconds = 1000};

static uint32_t answered;

static struct own_call make_call(int socket, uint32_t who) {
    struct own_call call;
    char other[dn_size];
    struct value id;
    snprintf(call.dn, sizeof call.dn, "%u", first_publishers_dn + who);
    snprintf(other, sizeof other, "%u", first_watched_dn + who);
    register_dn(socket, call.dn, mode_share);
    uint8_t *at = put_int(begin_request(request_make_call), reference_id, 3);
    at = put_string(put_string(at, this_dn, call.dn), other_dn, other);
    at = put_change(at, (struct change){0}, 100);
    if (!find_attribute(ask(socket, at, event_dialing, 3), conn_id, &id)) fail("EventDialing came without ConnID");
    call.id = get64(id.bytes);
    return call;
}

static uint8_t *put_rest(uint8_t *at, const struct own_call *call, uint32_t number) {
    at = put_string(put_long(at, conn_id, call->id), this_dn, call->dn);
    return put_change(at, (struct change){.number = number}, 0);
}

// MARK: The flood

static void on_answer(void *owner, const uint8_t *frame) {
    struct value reference;
    (void)owner;
    if (message_of(frame) == event_error) fail("a request of the flood was refused");
    if (message_of(frame) != event_attached_data_changed || !find_attribute(frame, reference_id, &reference)) return;
    if (get32(reference.bytes) != ++answered) fail("the flood's answers are not in the order of its requests");
}

static void flood(int socket, const uint8_t *from, const uint8_t *end) {
    struct inlet inlet = {0};
    answered = 0;
    while (answered < options.requests) {
        struct pollfd ready = {.fd = socket, .events = from < end ? POLLIN | POLLOUT : POLLIN};
        poll(&ready, 1, -1);
        if (ready.revents & POLLOUT) {
            ssize_t taken = send(socket, from, (size_t)(end - from), MSG_DONTWAIT);
            if (taken < 0 && errno != EAGAIN) fail("the flood's connection broke");
            if (taken > 0) from += taken;
        }
        if (ready.revents & POLLIN && !inlet_read(&inlet, socket, UINT32_MAX, on_answer, NULL))
            fail("the server closed the flood's connection");
    }
}

// Floods once for each byte that comes, and gives it back.
static void run_flooder(int orders) {
    int socket = connect_to((uint16_t)options.port);
    register_client(socket, "flood");
    struct own_call call = make_call(socket, flooder);
    uint8_t *requests = malloc((size_t)options.requests * request_room), *end = requests;
    if (requests == NULL) fail("out of memory");
    for (uint32_t i = 1; i <= options.requests; i++) {
        uint8_t *frame = end, *at = put_int(begin_frame(frame, request_update_user_data), reference_id, i);
        end = end_frame(frame, put_rest(at, &call, i));
    }
    char order;
    while (read(orders, &order, 1) == 1) {
        flood(socket, requests, end);
        if (write(orders, &order, 1) != 1) break;
    }
}

static pid_t start(void (*run)(int), int argument) {
    pid_t child = fork();
    if (child < 0) fail("there is no room for another process");
    if (child > 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    run(argument);
    exit(0);
}

// Runs where nobody else does.
static void stay_awake(int core) {
    struct sched_param priority = {0};
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    if (sched_setaffinity(0, sizeof cores, &cores) < 0 || sched_setscheduler(0, SCHED_IDLE, &priority) < 0)
        fail("core %d cannot be kept awake", core);
    for (;;) __asm__ volatile("pause" ::: "memory");
}

// MARK: The other

// Asks until something can be read from `orders`, or for so many milliseconds.
static struct histogram ask_on(int socket, const struct own_call *call, int orders, uint32_t milliseconds) {
    static uint32_t reference = first_reference;
    static struct histogram latencies;
    uint64_t begin = nanoseconds(), end = begin + (uint64_t)milliseconds * 1000000;
    latencies = (struct histogram){0};
    for (;;) {
        struct pollfd done = {.fd = orders, .events = POLLIN};
        uint64_t now = nanoseconds();
        if (milliseconds > 0 ? now >= end : poll(&done, 1, 0) > 0) return latencies;
        uint8_t *at = put_int(begin_request(request_update_user_data), reference_id, reference);
        ask(socket, put_rest(at, call, reference), event_attached_data_changed, reference);
        histogram_add(&latencies, nanoseconds() - now);
        reference++;
    }
}

static void report(const char *phase, const struct histogram *latencies, double seconds, double cpu) {
    printf("{\"part\":\"flood\",\"phase\":\"%s\",\"asked\":%llu,\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f", phase,
        (unsigned long long)latencies->total, (double)histogram_quantile(latencies, 0.50) / 1e3,
        (double)histogram_quantile(latencies, 0.99) / 1e3, (double)histogram_quantile(latencies, 0.999) / 1e3);
    printf(",\"requests\":%u,\"seconds\":%.3f,\"cpu\":%.3f}\n", options.requests, seconds, cpu);
    fflush(stdout);
}

static void measure(const char *phase, int socket, const struct own_call *call, int orders, uint32_t milliseconds) {
    uint64_t cpu = server_cpu(options.pid), begin = nanoseconds();
    struct histogram latencies = ask_on(socket, call, orders, milliseconds);
    double seconds = (double)(nanoseconds() - begin) / 1e9;
    report(phase, &latencies, seconds, (double)(server_cpu(options.pid) - cpu) / 1e9);
}

static void measure_awake(int socket, const struct own_call *call, int orders) {
    int count = (int)sysconf(_SC_NPROCESSORS_ONLN);
    pid_t spinners[count];
    for (int core = 0; core < count; core++) spinners[core] = start(stay_awake, core);
    measure("awake", socket, call, orders, options.milliseconds);
    for (int core = 0; core < count; core++) {
        kill(spinners[core], SIGKILL);
        waitpid(spinners[core], NULL, 0);
    }
}

static void measure_flood(int socket, const struct own_call *call, int orders) {
    char order = 0;
    if (write(orders, &order, 1) != 1) fail("there is no flood");
    measure("flood", socket, call, orders, 0);
    if (read(orders, &order, 1) != 1) fail("the flood ended before its time");
}

static void read_options(int count, char **arguments) {
    static const struct option known[] = {
        {"port", 1, 0, 'p'}, {"pid", 1, 0, 'i'}, {"requests", 1, 0, 'n'}, {"rounds", 1, 0, 'r'},
        {"milliseconds", 1, 0, 'm'}, {0}};
    int option;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case 'p': options.port = (uint32_t)atoi(optarg); break;
        case 'i': options.pid = atoi(optarg); break;
        case 'n': options.requests = (uint32_t)atoi(optarg); break;
        case 'r': options.rounds = (uint32_t)atoi(optarg); break;
        case 'm': options.milliseconds = (uint32_t)atoi(optarg); break;
        default: options.port = 0;
        }
    }
    if (options.port == 0 || options.port > 65535 || options.pid <= 0 || options.requests == 0)
        fail("usage: flood --port PORT --pid PID [--requests N] [--rounds N] [--milliseconds N]");
}

int main(int count, char **arguments) {
    int ends[2];
    read_options(count, arguments);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0) fail("there is no pair of sockets");
    start(run_flooder, ends[1]);
    close(ends[1]);
    struct sched_param priority = {.sched_priority = 2};
    if (sched_setscheduler(0, SCHED_FIFO, &priority) < 0) fputs("the core takes nobody first here\n", stderr);
    int socket = connect_to((uint16_t)options.port);
    register_client(socket, "ask");
    struct own_call call = make_call(socket, asker);
    for (uint32_t round = 0; round < options.rounds; round++) {
        measure("alone", socket, &call, ends[0], options.milliseconds);
        measure_awake(socket, &call, ends[0]);
        measure_flood(socket, &call, ends[0]);
    }
}
