// Makes N calls at an rtpengine by offer and answer, for the load clients to record: ng-calls PORT N
//
// Prints what the server can do beyond starting and stopping a recording: `pause` where it knows `pause recording`,
// `state` where its answer to a query says what is recorded, `metadata` where it says also what it keeps of the
// recording. Exits 2 where no server answers.
#include "ng.h"

#include <stdio.h>
#include <stdlib.h>

static const char sdp[] = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                          "m=audio 9000 RTP/AVP 0\r\n";

static struct ng_reply ask(int socket, const char *name, uint32_t call, bool answers) {
    bool has_sdp = answers || name[0] == 'o';
    struct ng_command command = {.name = name, .call = call, .sdp = has_sdp ? sdp : NULL, .answers = answers};
    struct ng_reply reply;
    if (!ng_ask(socket, &command, 3, 2000, &reply)) fail("no answer came to %s of call %u", name, call);
    return reply;
}

static void ask_for_ok(int socket, const char *name, uint32_t call, bool answers) {
    struct ng_reply reply = ask(socket, name, call, answers);
    if (!ng_is_ok(&reply)) fail("%s of call %u: %.*s", name, call, (int)reply.length, reply.text);
}

static void print_traits(int socket) {
    ask_for_ok(socket, "start recording", 0, false);
    struct ng_reply reply = ask(socket, "query", 0, false);
    if (ng_holds(&reply, "9:recordingd")) printf("state ");
    if (ng_holds(&reply, "8:metadata")) printf("metadata ");
    reply = ask(socket, "pause recording", 0, false);
    if (ng_is_ok(&reply)) printf("pause ");
    ask_for_ok(socket, "stop recording", 0, false);
    printf("\n");
}

int main(int count, char **arguments) {
    uint32_t port = count == 3 ? (uint32_t)atoi(arguments[1]) : 0, calls = count == 3 ? (uint32_t)atoi(arguments[2]) : 0;
    if (port == 0 || port > 65535 || calls == 0) fail("usage: ng-calls PORT N");
    int socket = ng_open((uint16_t)port);
    struct ng_reply reply;
    if (!ng_ask(socket, &(struct ng_command){.name = "ping"}, 100, 50, &reply)) return 2;
    for (uint32_t call = 0; call < calls; call++) {
        ask_for_ok(socket, "offer", call, false);
        ask_for_ok(socket, "answer", call, true);
    }
    print_traits(socket);
}
