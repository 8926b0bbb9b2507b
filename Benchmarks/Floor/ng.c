#define _GNU_SOURCE
#include "ng.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { cookie_length = sizeof "01234567-01234567" - 1 };

int ng_open(uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    if (udp < 0 || connect(udp, (struct sockaddr *)&address, sizeof address) < 0) fail("a socket could not be opened");
    return udp;
}

static char *put_string(char *at, const char *text) {
    return at + sprintf(at, "%zu:%s", strlen(text), text);
}

static char *put(char *at, const char *key, const char *value) {
    return put_string(put_string(at, key), value);
}

static char *put_numbered(char *at, const char *key, const char *name, uint32_t number) {
    char value[64];
    snprintf(value, sizeof value, "%s-%u", name, number);
    return put(at, key, value);
}

char *ng_put(char *at, uint32_t number, const struct ng_command *command) {
    at += sprintf(at, "%08x-%08x d", (uint32_t)getpid(), number);
    if (strcmp(command->name, "ping") != 0) at = put_numbered(at, "call-id", "bench", command->call);
    at = put(at, "command", command->name);
    if (command->sdp != NULL) at = put_numbered(at, "from-tag", "caller", command->call);
    // What whoever finds the file wants to know of it.
    if (strcmp(command->name, "start recording") == 0)
        at = put_numbered(at, "metadata", "connid:00681546bf94003|recording:bench-1|file:bench", command->call);
    if (command->sdp != NULL) at = put(at, "sdp", command->sdp);
    if (command->answers) at = put_numbered(at, "to-tag", "callee", command->call);
    *at++ = 'e';
    return at;
}

bool ng_ask(int socket, const struct ng_command *command, int tries, int patience, struct ng_reply *reply) {
    static char text[ng_longest_reply];
    static uint32_t last_number = 0xf0000000;  // far from those of `ng_put`'s other callers
    char datagram[ng_longest_command];
    uint32_t wanted = ++last_number, number;
    size_t length = (size_t)(ng_put(datagram, wanted, command) - datagram);
    for (int try = 0; try < tries; try++) {
        struct pollfd ready = {.fd = socket, .events = POLLIN};
        // Nobody may be listening yet: then either of the two fails, and is tried again.
        send(socket, datagram, length, 0);
        while (poll(&ready, 1, patience) > 0) {
            ssize_t count = recv(socket, text, sizeof text, 0);
            if (count < 0) {
                poll(NULL, 0, patience);
                break;
            }
            *reply = (struct ng_reply){text, (size_t)count};
            if (ng_take_cookie(reply, &number) && number == wanted) return true;
        }
    }
    return false;
}

bool ng_take_cookie(struct ng_reply *reply, uint32_t *number) {
    char *end;
    if (reply->length <= cookie_length || reply->text[cookie_length] != ' ') return false;
    if (strtoul(reply->text, &end, 16) != (uint32_t)getpid() || *end != '-') return false;
    *number = (uint32_t)strtoul(end + 1, &end, 16);
    if (end != reply->text + cookie_length) return false;
    reply->text += cookie_length + 1;
    reply->length -= cookie_length + 1;
    return true;
}

bool ng_holds(const struct ng_reply *reply, const char *text) {
    return memmem(reply->text, reply->length, text, strlen(text)) != NULL;
}

bool ng_is_ok(const struct ng_reply *reply) {
    return ng_holds(reply, "6:result2:ok") || ng_holds(reply, "6:result4:pong");
}
