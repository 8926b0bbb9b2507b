#include "calls.h"

#include <stdio.h>
#include <stdlib.h>

static frame_handler *handler;

static void on_closed(uv_handle_t *handle) {
    struct stream *stream = handle->data;
    free(stream->in.bytes);
    free(stream->out.bytes);
    free(stream->unsent.bytes);
    free(stream);
}

static void on_end(struct stream *stream) { uv_close((uv_handle_t *)&stream->tcp, on_closed); }

static void on_connection(uv_stream_t *listener, int status) {
    if (status < 0) fail("a connection could not be accepted: %s", uv_strerror(status));
    struct stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) fail("out of memory");
    uv_tcp_init(listener->loop, &stream->tcp);
    if (uv_accept(listener, (uv_stream_t *)&stream->tcp) < 0) fail("a connection could not be accepted");
    stream_start(stream, handler, on_end);
}

int serve(frame_handler *on_frame) {
    uv_tcp_t listener;
    struct sockaddr_in address;
    int length = sizeof address;
    handler = on_frame;
    uv_tcp_init(uv_default_loop(), &listener);
    uv_ip4_addr("127.0.0.1", 0, &address);
    int status = uv_tcp_bind(&listener, (const struct sockaddr *)&address, 0);
    if (status == 0) status = uv_listen((uv_stream_t *)&listener, 128, on_connection);
    if (status == 0) status = uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &length);
    if (status < 0) fail("cannot listen: %s", uv_strerror(status));
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
