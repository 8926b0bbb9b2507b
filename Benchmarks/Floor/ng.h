// rtpengine's control protocol, NG over UDP, spoken as plainly as it can be: a cookie, a space, a bencoded dictionary.
#pragma once

#include "fail.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ng_longest_command = 1024, ng_longest_reply = 65536 };

struct ng_command {
    const char *name;
    uint32_t call;  // which of the calls that ng-calls makes
    const char *sdp;
    bool answers;   // with the tag of the called party
};

struct ng_reply {
    const char *text;
    size_t length;
};

// A UDP socket, connected to a server on this machine.
int ng_open(uint16_t port);

// Writes a command under a cookie of that number, at most `ng_longest_command` bytes. Returns its end.
char *ng_put(char *at, uint32_t number, const struct ng_command *command);

// Sends a command and waits for its reply, which it leaves in `reply`, good until the next. Sends it again, so many
// times in all, each time that `patience` milliseconds have passed. `false`: nothing came.
bool ng_ask(int socket, const struct ng_command *command, int tries, int patience, struct ng_reply *reply);

// Takes the cookie off a reply. `false`: it is not of ours.
bool ng_take_cookie(struct ng_reply *reply, uint32_t *number);

bool ng_holds(const struct ng_reply *reply, const char *text);
bool ng_is_ok(const struct ng_reply *reply);
