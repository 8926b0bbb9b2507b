import CallControl
import CallModel
import Logging

extension ConfigurationOptions {
    @ConfigurationRows static var server: [ConfigurationRow] {
        Option(
            "server.listen", .address, \.listen,
            "Address where T-Clients connect. Port 0 takes any free port; `serve` prints it. IPv6 is written `[::1]:8000`."
        )
        Option(
            "server.metrics", .endpoint, \.metrics,
            """
            Address of the HTTP port for metrics and administrative queries (<doc:Operations>). A port alone is one of \
            127.0.0.1; port 0 takes any free port. `serve --metrics` overrides it. Empty: no such port, and nothing is \
            kept for it.
            """)
        Option("server.name", .text(1...255), \.engine.name, "ApplicationName that clients see.")
        Option(
            "server.keep-alive", .seconds(0...86_400), \.engine.keepAlive,
            """
            Silence of a session after which the server sends a Ping; after the same time without an answer it closes the \
            connection. May be shorter than `handshake`. 0: never.
            """)
        Option(
            "server.handshake", .seconds(1...3_600), \.engine.handshake,
            "Time in which a connection must open its session; then it is closed.")
        Option(
            "server.drain", .seconds(0...3_600), \.engine.drain,
            """
            Longest time from SIGTERM or Ctrl-C to the end: recordings are stopped and clients told. Calls and clients are \
            not waited for. With `media.convert` the remaining WAV files may take ten seconds more.
            """)
        Option(
            "server.password", .secret(0...SecretFile.limit), \.engine.password,
            """
            ApplicationPassword that clients must give. Empty: none; on another address than loopback the log warns of \
            that at start.
            """)
        Option(
            "server.password-file", .path(0...4_000), \.passwordFile, bounds: "; not together with `password`",
            """
            File with that password, as one line of 1 to \(SecretFile.limit) bytes. Only the server's user should be able to read it; the \
            log warns where every user can.
            """)
        Option(
            "server.shards", .number(0...64), \.shards,
            "Event loops, each with a thread. 0: one for each core, 64 at most.")
        Option(
            "server.http-connections", .number(8...1_000), \.httpConnections,
            """
            Concurrent connections of the HTTP port. Beyond it the connection that has been idle for longest is closed \
            (<doc:Operations>).
            """)
    }

    @ConfigurationRows static var access: [ConfigurationRow] {
        Option(
            "access.failures.delay-ms", .milliseconds(0...10_000), \.engine.failures.delay,
            "Delay of the answer to the first wrong password of an address; each further one doubles it. 0: none.")
        Option(
            "access.failures.max-delay-ms", .milliseconds(0...3_600_000), \.engine.failures.maximumDelay,
            bounds: ", and below `server.handshake`",
            "Longest delay. Where the default is not below `server.handshake`, it is four fifths of `server.handshake`."
        )
        Option(
            "access.failures.per-address", .number(0...1_000_000, of: "failures"), \.engine.failures.perAddress,
            """
            Wrong passwords of an address within `window` after which its connections are closed at once. 0: never.
            """)
        Option(
            "access.failures.window", .seconds(1...86_400), \.engine.failures.window,
            "Time from the first wrong password of an address until its failures are forgotten.")
    }

    @ConfigurationRows static var records: [ConfigurationRow] {
        Option(
            "records.file", .path(0...4_000), \.records.file, requires: .appendedFile, reload: .reopened,
            """
            File of records: one line for the beginning of each recording and one for its end. Its directory must exist; \
            the server locks the file. Empty: no records are kept.
            """)
        Option(
            "records.rotate-bytes", .bytes(1...(1 << 40)), \.records.rotateBytes,
            "Size at which another file begins. The full one is renamed `FILE.1`.")
        Option("records.keep", .number(0...10_000, of: "files"), \.records.keep, "Older files that are retained.")
        Option(
            "records.fsync", .flag, \.records.fsync,
            "Whether each batch is synced to the disk before the next one is written.")
        Option(
            "records.backlog-bytes", .bytes(1...(1 << 40)), \.records.backlogBytes,
            "Records that wait while the disk accepts none. Further ones are lost; the log reports it.")
        Option(
            "records.recover-bytes", .bytes(1...(1 << 40)), \.records.recoverBytes,
            """
            Size of the newest part of the files that is read at start, for recordings that an earlier run left open.
            """)
    }

    @ConfigurationRows static var log: [ConfigurationRow] {
        Option(
            "log.level", .choice, \.log.level, "Least severe level that is logged. `serve --log-level` overrides it.")
        Option(
            "log.file", .path(0...4_000), \.log.file, requires: .appendedFile, reload: .reopened,
            """
            File to which the log is appended; its directory must exist. `serve --log-file` overrides it. Empty: standard \
            error.
            """)
        Option(
            "log.queue", .number(100...1_000_000, of: "lines"), \.log.queue,
            """
            Lines, of 4,096 bytes at most, that wait for the thread that writes them. A tenth is reserved for `error` and \
            above. Further lines are dropped and counted.
            """)
        Option(
            "log.rate", .number(0...1_000_000, of: "lines"), \.log.rate,
            """
            Lines of one kind in a minute; ten times as many at `error` and above, no limit at `debug` and below. Further \
            lines are left out and counted. 0: no limit.
            """)
    }
}
