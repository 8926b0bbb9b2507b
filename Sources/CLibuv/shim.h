#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

// What follows is not libuv: it is what Swift does not import from glibc (GNU's additions, variadic functions, casts).
// Results are as libuv's: negative is a negated errno.

static inline int clibuv_accept(int listener, struct sockaddr *peer, socklen_t *length) {
    int accept4(int, struct sockaddr *, socklen_t *, int);
    int accepted = accept4(listener, peer, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return accepted < 0 ? -errno : accepted;
}

// Accepted connections inherit it: a host that has vanished from an idle connection is noticed after 30 seconds.
static inline void clibuv_keep_alive(int descriptor) {
    int on = 1, idle = 10, interval = 5, count = 4;
    setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

enum { CLIBUV_PEER_IS_THERE, CLIBUV_PEER_HAS_ENDED, CLIBUV_PEER_IS_LOST };

// What the kernel knows of a connection's peer, unread bytes or not. One whose host has acknowledged nothing for 30
// seconds, though it should have, is lost: keep-alive probes are not sent while data is in flight.
static inline int clibuv_peer(int descriptor) {
    const short ended = 0x2000; // POLLRDHUP
    struct pollfd look = {descriptor, ended, 0};
    struct tcp_info info;
    socklen_t length = sizeof info;
    if (poll(&look, 1, 0) > 0) return look.revents & (POLLERR | POLLHUP) ? CLIBUV_PEER_IS_LOST : CLIBUV_PEER_HAS_ENDED;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return CLIBUV_PEER_IS_THERE;
    if ((info.tcpi_unacked || info.tcpi_probes) && info.tcpi_last_ack_recv > 30000) return CLIBUV_PEER_IS_LOST;
    return CLIBUV_PEER_IS_THERE;
}

// Returns a listening TCP socket.
static inline int clibuv_listen(const struct sockaddr *name, socklen_t length, int backlog) {
    int on = 1;
    int listener = socket(name->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) return -errno;
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 && bind(listener, name, length) == 0 &&
        listen(listener, backlog) == 0) {
        clibuv_keep_alive(listener);
        return listener;
    }
    int error = -errno;
    close(listener);
    return error;
}

static inline int clibuv_name_of_socket(int descriptor, struct sockaddr *name, socklen_t *length) {
    return getsockname(descriptor, name, length) == 0 ? 0 : -errno;
}

static inline int clibuv_open_null(void) {
    int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

// fcntl is variadic, which Swift cannot call. Close-on-exec, as all descriptors of this process.
static inline int clibuv_copy_descriptor(int descriptor) {
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? -errno : copy;
}

// The kernel closes a TCP connection whose peer has acknowledged nothing for so long, idle or not: probes begin after half
// the time, and TCP_USER_TIMEOUT bounds them and what was sent.
static inline int clibuv_bound_silence(int descriptor, unsigned int milliseconds) {
    int on = 1, idle = milliseconds / 2000, interval = 1;
    if (idle < 1) idle = 1;
    if (setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle) == 0 &&
        setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval) == 0 &&
        setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds) == 0 &&
        setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) == 0)
        return 0;
    return -errno;
}

static inline void clibuv_name_thread(const char *name) {
    int pthread_setname_np(pthread_t, const char *);
    pthread_setname_np(pthread_self(), name);
}

static inline void clibuv_ignore_broken_pipes(void) {
    signal(SIGPIPE, SIG_IGN);
}
