// The load of scripts/count: batches of requests that reach the server in the same way on every machine.
//
// Eight sessions with sixteen recorded calls each. For a batch the server is stopped, each session writes its sixteen
// requests at once, the server continues and finds all of them; the next batch begins when all answers have come. So the
// server takes the same requests in the same turns however busy the machine is.
//
// Prints "ready" before the batches of one kind and "done REQUESTS" after them, and waits for a line on standard input
// after each. Exits 1 where an answer is missing or of another kind.
#include "../Floor/dialogue.h"
#include "../Floor/session.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { session_count = 8, window = 16, warm_up_batches = 2, answer_seconds = 60 };
// Beside the recorded calls each session makes and releases calls between DNs of their own.
enum { first_free_dn = 300000, first_free_other_dn = 400000 };

struct reader {
    uint8_t bytes[1 << 20];
    size_t length;
};

static struct session sessions[session_count];
static struct reader readers[session_count];
static struct recorded_call free_calls[session_count][window];
static uint8_t requests[1 << 20];
static uint32_t reference = 1000;
static int server;

// MARK: The server's process

// Whether all threads of the server are stopped.
static bool is_stopped(void) {
    char path[sizeof "/proc/2147483647/task//stat" + 256], line[512];
    snprintf(path, sizeof path, "/proc/%d/task", server);
    DIR *threads = opendir(path);
    if (threads == NULL) fail("there is no process %d", server);
    bool stopped = true;
    struct dirent *thread;
    while (stopped && (thread = readdir(threads)) != NULL) {
        if (thread->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "/proc/%d/task/%s/stat", server, thread->d_name);
        FILE *file = fopen(path, "r");
        if (file == NULL) continue;  // the thread has just ended
        // The state is behind the name, which is in brackets.
        char *name_end = fgets(line, sizeof line, file) != NULL ? strrchr(line, ')') : NULL;
        stopped = name_end != NULL && name_end[2] == 'T';
        fclose(file);
    }
    closedir(threads);
    return stopped;
}

static void stop_server(void) {
    if (kill(server, SIGSTOP) < 0) fail("the server is gone");
    while (!is_stopped()) usleep(200);
}

// MARK: Answers

static const uint8_t *next_frame(uint32_t number) {
    static uint8_t frame[4 + frame_limit];
    struct reader *reader = &readers[number];
    for (;;) {
        if (reader->length >= 4) {
            uint32_t whole = 4 + get32(reader->bytes);
            if (whole > sizeof frame) fail("a frame of %u bytes came in", whole - 4);
            if (reader->length >= whole) {
                memcpy(frame, reader->bytes, whole);
                reader->length -= whole;
                memmove(reader->bytes, reader->bytes + whole, reader->length);
                return frame;
            }
        }
        ssize_t got = read(sessions[number].socket, reader->bytes + reader->length, sizeof reader->bytes - reader->length);
        if (got < 0 && errno == EINTR) continue;
        if (got == 0) fail("the server closed a connection");
        if (got < 0) fail("an answer did not come within %d s", answer_seconds);
        reader->length += (size_t)got;
    }
}

// Waits for the answers to a session's requests from `first` on. What else comes is left out.
static void await_answers(uint32_t number, uint16_t wanted, uint32_t first, uint64_t *connections) {
    for (uint32_t left = window; left > 0;) {
        const uint8_t *frame = next_frame(number);
        struct value answered, id;
        char error[256];
        uint16_t message = message_of(frame);
        if (message == event_error && wanted != event_error) {
            describe_error(frame, error, sizeof error);
            fail("a request was refused: %s", error);
        }
        if (message != wanted || !find_attribute(frame, reference_id, &answered)) continue;
        uint32_t slot = get32(answered.bytes) - first;
        if (slot >= window) fail("an answer to no outstanding request came");
        if (connections != NULL) {
            if (!find_attribute(frame, conn_id, &id)) fail("an event came without ConnID");
            connections[slot] = get64(id.bytes);
        }
        left--;
    }
}

// MARK: Requests

typedef uint8_t *put_request(uint8_t *frame, struct recorded_call *call, uint32_t reference);

static uint8_t *put_recording_request(uint8_t *frame, struct recorded_call *call, uint32_t number) {
    call->pausing = !call->pausing;
    return put_private_request(frame, call, call->pausing ? record_pause : record_resume, number);
}

// The call is recorded and not paused.
static uint8_t *put_refused_request(uint8_t *frame, struct recorded_call *call, uint32_t number) {
    return put_private_request(frame, call, record_resume, number);
}

static uint8_t *put_call_request(uint8_t *frame, struct recorded_call *call, uint16_t message, uint32_t number) {
    uint8_t *at = begin_frame(frame, message);
    at = put_int(at, reference_id, number);
    at = put_long(at, conn_id, call->id);
    return put_string(at, this_dn, call->dn);
}

static uint8_t *put_query(uint8_t *frame, struct recorded_call *call, uint32_t number) {
    return end_frame(frame, put_call_request(frame, call, request_query_call, number));
}

static uint8_t *put_update(uint8_t *frame, struct recorded_call *call, uint32_t number) {
    uint8_t *at = put_call_request(frame, call, request_update_user_data, number);
    uint8_t *list = at = put_attribute(at, user_data, type_list);
    char time[32];
    snprintf(time, sizeof time, "2026-01-01T09:30:%02uZ", number % 60);
    at = put_pair(at + 4, "LastCalled", time);
    end_list(list, at);
    return end_frame(frame, at);
}

static uint8_t *put_make(uint8_t *frame, struct recorded_call *call, uint32_t number) {
    uint8_t *at = begin_frame(frame, request_make_call);
    at = put_int(at, reference_id, number);
    at = put_string(at, this_dn, call->dn);
    return end_frame(frame, put_string(at, other_dn, call->other_dn));
}

static uint8_t *put_release(uint8_t *frame, struct recorded_call *call, uint32_t number) {
    return end_frame(frame, put_call_request(frame, call, request_release_call, number));
}

// One batch of all sessions.
static void batch(put_request *put, bool is_free, uint16_t wanted) {
    uint32_t first[session_count];
    stop_server();
    for (uint32_t i = 0; i < session_count; i++) {
        uint8_t *at = requests;
        first[i] = reference;
        for (uint32_t slot = 0; slot < window; slot++)
            at = put(at, is_free ? &free_calls[i][slot] : &sessions[i].calls[slot], reference++);
        send_exactly(sessions[i].socket, requests, (size_t)(at - requests));
    }
    kill(server, SIGCONT);
    for (uint32_t i = 0; i < session_count; i++) {
        uint64_t connections[window];
        await_answers(i, wanted, first[i], put == put_make ? connections : NULL);
        for (uint32_t slot = 0; put == put_make && slot < window; slot++) free_calls[i][slot].id = connections[slot];
    }
}

// MARK: Kinds

static void recording_requests(void) { batch(put_recording_request, false, event_private_info); }
static void refusals(void) { batch(put_refused_request, false, event_error); }
static void updates(void) { batch(put_update, false, event_attached_data_changed); }
static void queries(void) { batch(put_query, false, event_party_info); }
static void calls(void) {
    batch(put_make, true, event_dialing);
    batch(put_release, true, event_released);
}

static const struct kind {
    const char *name;
    void (*batch)(void);
    // How long the server has work left of a batch, all of which is counted: the deadlines of media commands pass, and
    // ended calls are forgotten.
    unsigned int rest_seconds;
} kinds[] = {
    {"recording-request", recording_requests, 3},
    {"recording-refusal", refusals, 0},
    {"update-user-data", updates, 0},
    {"query-call", queries, 0},
    {"make-and-release", calls, 6},
};

static const struct kind *kind_named(const char *name) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0) return &kinds[i];
    fail("there is no kind of requests named %s", name);
}

// MARK: The run

static void await_line(void) {
    for (int byte = getchar(); byte != '\n'; byte = getchar())
        if (byte == EOF) fail("nobody counts any more");
}

static void open_sessions(uint16_t port) {
    struct timeval limit = {.tv_sec = answer_seconds};
    for (uint32_t i = 0; i < session_count; i++) {
        struct session *session = &sessions[i];
        session->window = session->call_count = window;
        session->calls = calloc(window, sizeof *session->calls);
        session_open(session, port, i);
        for (uint32_t slot = 0; slot < window; slot++) {
            struct recorded_call *call = &free_calls[i][slot];
            snprintf(call->dn, sizeof call->dn, "%u", first_free_dn + i * window + slot);
            snprintf(call->other_dn, sizeof call->other_dn, "%u", first_free_other_dn + i * window + slot);
            register_dn(session->socket, call->dn, mode_share);
        }
        setsockopt(session->socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
}

int main(int count, char **arguments) {
    static const struct option known[] = {{"port", 1, 0, 'p'}, {"pid", 1, 0, 'i'}, {"batches", 1, 0, 'b'}, {0}};
    int option, port = 0, batches = 0;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case 'p': port = atoi(optarg); break;
        case 'i': server = atoi(optarg); break;
        case 'b': batches = atoi(optarg); break;
        default: port = 0;
        }
    }
    // Even, so that each call's recording is on again behind its pauses.
    bool is_valid = port > 0 && port < 65536 && server > 0 && batches > 0 && batches % 2 == 0 && optind < count;
    if (!is_valid) fail("usage: batches --port PORT --pid PID --batches EVEN_NUMBER KIND...");
    open_sessions((uint16_t)port);
    for (int i = optind; i < count; i++) {
        const struct kind *kind = kind_named(arguments[i]);
        for (int n = 0; n < warm_up_batches; n++) kind->batch();
        sleep(kind->rest_seconds);
        puts("ready");
        fflush(stdout);
        await_line();
        for (int n = 0; n < batches; n++) kind->batch();
        sleep(kind->rest_seconds);
        printf("done %d\n", batches * session_count * window);
        fflush(stdout);
        await_line();
    }
}
