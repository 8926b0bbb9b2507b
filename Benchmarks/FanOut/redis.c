// Redis, by its protocol RESP2: PUBLISH, which is answered with the number of subscribers that got the message.
#include "dialogue.h"
#include "system.h"

#include <stdio.h>
#include <stdlib.h>

enum { longest_line = 64, number_digits = 10 };

static const char subscribe[] = "*2\r\n$9\r\nSUBSCRIBE\r\n$4\r\n5001\r\n";
size_t redis_payload = 256;

static int open_publisher(uint16_t port) { return connect_to(port); }

// A line without its end.
static const char *receive_line(int socket) {
    static char line[longest_line];
    for (size_t length = 0; length < sizeof line; length++) {
        receive_exactly(socket, (uint8_t *)line + length, 1);
        if (length < 1 || line[length] != '\n') continue;
        line[length - 1] = 0;
        return line;
    }
    fail("Redis sent a line of more than %d bytes", longest_line);
}

// So many lines; returns how many bytes they have.
static size_t receive_lines(int socket, uint32_t count) {
    size_t total = 0;
    for (uint32_t i = 0; i < count; i++) {
        const char *line = receive_line(socket);
        if (line[0] == '-') fail("Redis refused: %s", line);
        total += strlen(line) + 2;
    }
    return total;
}

static int open_subscriber(uint16_t port) {
    int subscriber = connect_to(port);
    send_exactly(subscriber, (const uint8_t *)subscribe, sizeof subscribe - 1);
    // *3, $9, subscribe, $4, 5001, and how many channels the client has.
    receive_lines(subscriber, 6);
    return subscriber;
}

static uint8_t *put(uint8_t *at, uint64_t number) {
    int head = sprintf((char *)at, "*3\r\n$7\r\nPUBLISH\r\n$4\r\n5001\r\n$%zu\r\n%0*llu", redis_payload, number_digits,
        (unsigned long long)number % 10000000000);
    size_t filled = redis_payload - number_digits;
    memset(at + head, 'x', filled);
    memcpy(at + head + filled, "\r\n", 2);
    return at + head + filled + 2;
}

static size_t receive(int subscriber, uint64_t *number) {
    static uint8_t payload[longest_message];
    // *3, $7, message, $4, 5001, and the size of what follows.
    size_t size = receive_lines(subscriber, 6);
    receive_exactly(subscriber, payload, redis_payload + 2);
    payload[number_digits] = 0;
    *number = strtoull((char *)payload, NULL, 10);
    return size + redis_payload + 2;
}

static size_t receive_answer(int publisher) { return receive_lines(publisher, 1); }

const struct system redis_system = {"redis", open_publisher, open_subscriber, put, receive, receive_answer};
