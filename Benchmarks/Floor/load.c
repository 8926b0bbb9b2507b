// The load client: N sessions with W requests outstanding each, PAUSE and RESUME by turns, the next when the outcome
// (EventPrivateInfo) of the last has come. By default each session has W calls, so that every request is carried out:
// of several outstanding for one call the engine may replace those whose command has not been sent.
//
// Prints one JSON line. Exits 1 where an answer is missing, refused, out of order, or tells the wrong state.
#include "dialogue.h"
#include "histogram.h"
#include "server.h"
#include "session.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

struct counts {
    uint64_t outcomes, acknowledgements, changes, superseded, bytes, at, cpu, allocations;
};

static struct {
    const char *label, *allocations;
    uint32_t port, connections, window, calls;
    int pid;
    uint64_t warm_up, requests, seconds, watchdog;
} options = {
    .label = "server", .connections = 1, .window = 1, .warm_up = 1000, .requests = 10000, .seconds = 10, .watchdog = 3};

static struct counts now, before, after;
static struct histogram latencies;
static uint64_t sent, last_progress;
static bool measured;

static void take_counts(struct counts *counts) {
    *counts = now;
    counts->cpu = server_cpu(options.pid);
    counts->allocations = server_allocations(options.allocations);
    counts->at = uv_hrtime();
}

// MARK: Requests

static void send_request(struct session *session, uint32_t slot) {
    struct pending *pending = &session->pending[slot];
    struct recorded_call *call = &session->calls[slot % session->call_count];
    call->pausing = !call->pausing;
    pending->reference += session->window;
    pending->acknowledged = false;
    pending->waiting = true;
    pending->sent_at = uv_hrtime();
    uint8_t *at = stream_room(&session->stream, 256);
    at = put_private_request(at, call, call->pausing ? record_pause : record_resume, pending->reference);
    stream_wrote(&session->stream, at);
    sent++;
}

static void count_outcome(void) {
    now.outcomes++;
    if (now.outcomes == options.warm_up) take_counts(&before);
    bool late = before.at != 0 && uv_hrtime() - before.at > options.seconds * 1000000000;
    if (!measured && (now.outcomes == options.warm_up + options.requests || late)) {
        take_counts(&after);
        measured = true;
    }
    if (measured && now.outcomes == sent) uv_stop(uv_default_loop());
}

// MARK: Answers

struct answer {
    struct value reference, call, data, lists, about;
};

static struct answer parse(const uint8_t *frame, uint32_t length) {
    struct answer answer = {0};
    const uint8_t *at = frame + frame_header, *end = frame + length;
    struct value value;
    uint16_t number;
    while (at < end) {
        if (!next_attribute(&at, end, &number, &value)) fail("event %u does not parse", message_of(frame));
        switch (number) {
        case reference_id: answer.reference = value; break;
        case conn_id: answer.call = value; break;
        case user_data: answer.data = value; break;
        case extensions: answer.lists = value; break;
        case user_event: answer.about = value; break;
        default: break;
        }
    }
    return answer;
}

static struct pending *pending_of(struct session *session, const struct answer *answer) {
    if (answer->reference.bytes == NULL) fail("an answer came without ReferenceID");
    uint32_t reference = get32(answer->reference.bytes);
    struct pending *pending = &session->pending[(reference - 1) % session->window];
    if (!pending->waiting || pending->reference != reference) fail("an answer to no outstanding request came");
    return pending;
}

static void on_ack(struct session *session, const struct answer *answer) {
    struct pending *pending = pending_of(session, answer);
    if (pending->acknowledged) fail("a second EventACK came");
    if (answer->about.bytes == NULL || get32(answer->about.bytes) != request_private_service)
        fail("EventACK without UserEvent 149");
    pending->acknowledged = true;
    now.acknowledgements++;
}

static void on_change(struct session *session, const struct answer *answer) {
    now.changes++;
    if (session->call_count != session->window || answer->call.bytes == NULL) return;
    uint64_t id = get64(answer->call.bytes);
    uint32_t each = 0;
    while (each < session->call_count && session->calls[each].id != id) each++;
    if (each == session->call_count) fail("a change of somebody else's call came");
    struct recorded_call *call = &session->calls[each];
    struct value indication;
    if (!find_pair(answer->data, "GSIP_RECORD", &indication)) fail("a change came without GSIP_RECORD");
    if (!is(indication, call->pausing ? "Paused" : "On")) fail("GSIP_RECORD tells the wrong state");
    if (!session->pending[each].acknowledged) fail("a change came before its EventACK");
    call->changes++;
}

static void on_outcome(struct session *session, const struct answer *answer) {
    struct pending *pending = pending_of(session, answer);
    uint32_t slot = (uint32_t)(pending - session->pending);
    struct recorded_call *call = &session->calls[slot % session->call_count];
    struct value result;
    if (!pending->acknowledged) fail("an EventPrivateInfo came before its EventACK");
    if (!find_pair(answer->lists, "result", &result)) fail("an EventPrivateInfo came without result");
    if (is(result, "superseded")) now.superseded++;
    else if (!is(result, "done")) fail("a request failed: %.*s", (int)result.length, result.bytes);
    if (session->call_count == session->window && call->changes != 1)
        fail("a request had %u changes", call->changes);
    call->changes = 0;
    pending->waiting = false;
    if (before.at != 0 && !measured) histogram_add(&latencies, uv_hrtime() - pending->sent_at);
    count_outcome();
    if (!measured) send_request(session, slot);
}

static void on_frame(struct stream *stream, const uint8_t *frame, uint32_t length) {
    struct session *session = stream->owner;
    struct answer answer = parse(frame, length);
    char error[256];
    now.bytes += length;
    switch (message_of(frame)) {
    case event_ack: on_ack(session, &answer); break;
    case event_attached_data_changed: on_change(session, &answer); break;
    case event_private_info: on_outcome(session, &answer); break;
    case link_ping: {
        uint8_t *pong = stream_room(stream, frame_header);
        stream_wrote(stream, end_frame(pong, begin_frame(pong, link_pong)));
        break;
    }
    case event_error:
        describe_error(frame, error, sizeof error);
        fail("a request was refused: %s", error);
    default: break;
    }
}

static void on_end(struct stream *stream) {
    (void)stream;
    fail("the server closed a connection");
}

static void on_watch(uv_timer_t *timer) {
    (void)timer;
    if (now.outcomes == last_progress)
        fail("nothing came for %llu s: %llu of %llu requests are without outcome",
            (unsigned long long)options.watchdog, (unsigned long long)(sent - now.outcomes), (unsigned long long)sent);
    last_progress = now.outcomes;
}

// MARK: The run

static void report(void) {
    double requests = (double)(after.outcomes - before.outcomes), seconds = (double)(after.at - before.at) / 1e9;
    printf("{\"server\":\"%s\",\"connections\":%u,\"window\":%u,\"calls\":%u,\"requests\":%.0f,\"seconds\":%.3f",
        options.label, options.connections, options.window, options.calls, requests, seconds);
    printf(",\"cpu\":%.1f,\"rate\":%.0f,\"p50\":%.1f,\"p99\":%.1f", (double)(after.cpu - before.cpu) / requests,
        requests / seconds, (double)histogram_quantile(&latencies, 0.50) / 1e3,
        (double)histogram_quantile(&latencies, 0.99) / 1e3);
    printf(",\"acknowledgements\":%.3f,\"changes\":%.3f,\"superseded\":%.3f,\"bytes\":%.1f",
        (double)(after.acknowledgements - before.acknowledgements) / requests,
        (double)(after.changes - before.changes) / requests,
        (double)(after.superseded - before.superseded) / requests, (double)(after.bytes - before.bytes) / requests);
    printf(",\"allocations\":%.3f}\n", (double)(after.allocations - before.allocations) / requests);
}

static void check_all_came(void) {
    if (now.acknowledgements != sent)
        fail("%llu EventACKs are missing", (unsigned long long)(sent - now.acknowledgements));
    if (options.calls == options.window && now.changes != sent) fail("the changes are not one for each request");
}

static struct session *open_sessions(void) {
    struct session *sessions = calloc(options.connections, sizeof *sessions);
    for (uint32_t i = 0; i < options.connections; i++) {
        struct session *session = &sessions[i];
        session->window = options.window;
        session->call_count = options.calls;
        session->calls = calloc(options.calls, sizeof *session->calls);
        session->pending = calloc(options.window, sizeof *session->pending);
        session->stream.owner = session;
        for (uint32_t slot = 0; slot < options.window; slot++) session->pending[slot].reference = slot + 1;
        session_open(session, (uint16_t)options.port, i);
    }
    return sessions;
}

static void run(struct session *sessions) {
    uv_timer_t watch;
    uv_timer_init(uv_default_loop(), &watch);
    uv_timer_start(&watch, on_watch, options.watchdog * 1000, options.watchdog * 1000);
    for (uint32_t i = 0; i < options.connections; i++) {
        uv_tcp_init(uv_default_loop(), &sessions[i].stream.tcp);
        if (uv_tcp_open(&sessions[i].stream.tcp, sessions[i].socket) < 0) fail("a socket could not be opened");
        stream_start(&sessions[i].stream, on_frame, on_end);
    }
    for (uint32_t i = 0; i < options.connections; i++) {
        for (uint32_t slot = 0; slot < options.window; slot++) send_request(&sessions[i], slot);
        stream_flush(&sessions[i].stream);
    }
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

static const char usage[] =
    "usage: load --port PORT --pid PID [--label NAME] [--connections N] [--window W] [--calls C, default W]\n"
    "            [--warm-up R] [--requests R] [--seconds LIMIT] [--watchdog SECONDS]\n"
    "            [--allocations FILE]";

static void read_options(int count, char **arguments) {
    static const struct option known[] = {
        {"port", 1, 0, 'p'}, {"pid", 1, 0, 'i'}, {"label", 1, 0, 'l'}, {"connections", 1, 0, 'n'},
        {"window", 1, 0, 'w'}, {"calls", 1, 0, 'c'}, {"warm-up", 1, 0, 'u'}, {"requests", 1, 0, 'r'},
        {"seconds", 1, 0, 's'}, {"watchdog", 1, 0, 'd'}, {"allocations", 1, 0, 'a'}, {0}};
    int option;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case 'p': options.port = (uint32_t)atoi(optarg); break;
        case 'i': options.pid = atoi(optarg); break;
        case 'l': options.label = optarg; break;
        case 'n': options.connections = (uint32_t)atoi(optarg); break;
        case 'w': options.window = (uint32_t)atoi(optarg); break;
        case 'c': options.calls = (uint32_t)atoi(optarg); break;
        case 'u': options.warm_up = (uint64_t)atoll(optarg); break;
        case 'r': options.requests = (uint64_t)atoll(optarg); break;
        case 's': options.seconds = (uint64_t)atoll(optarg); break;
        case 'd': options.watchdog = (uint64_t)atoll(optarg); break;
        case 'a': options.allocations = optarg; break;
        default: fail("%s", usage);
        }
    }
    if (options.calls == 0) options.calls = options.window;
    bool sound = options.port > 0 && options.port < 65536 && options.pid > 0 && options.connections > 0
        && options.window > 0 && options.calls <= options.window && options.warm_up > 0 && options.requests > 0
        && options.watchdog > 0;
    if (!sound) fail("%s", usage);
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    run(open_sessions());
    check_all_came();
    report();
}
