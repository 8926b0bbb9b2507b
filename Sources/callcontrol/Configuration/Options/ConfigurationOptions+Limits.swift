import CallControl
import CallModel

extension ConfigurationOptions {
    @ConfigurationRows static var limits: [ConfigurationRow] {
        Option(
            "limits.frame", .bytes(EngineConfiguration.frameBesideUserData...16_777_216), \.engine.limits.frame,
            bounds: ", and at least `user-data` + \(EngineConfiguration.frameBesideUserData)",
            "Largest frame, in both directions.")
        Option(
            "limits.window", .number(1...1_000_000, of: "requests"), \.engine.limits.window,
            "Unanswered requests of a session. At the limit reading from the session is paused.")
        Option(
            "limits.backlog-bytes", .bytes(1...great), \.engine.limits.backlogBytes,
            "Backlog of a slow session: bytes of its events, and 64 for each. Beyond it the session is disconnected.")
        Option(
            "limits.backlog-age", .seconds(1...86_400), \.engine.limits.backlogAge,
            "Age of the oldest event of a backlog. Beyond it the session is disconnected.")
        Option(
            "limits.backlog-total", .bytes(1...great), \.engine.limits.backlogTotal,
            """
            Memory for the backlogs and retained events of all sessions, each event counted once. Beyond it sessions are \
            evicted (<doc:Operations>).
            """)
        Option(
            "limits.sessions", .number(1...10_000_000), \.engine.limits.sessions,
            """
            Concurrent sessions. `serve` raises its limit of open files as far as it may, and warns at start where that is \
            lower.
            """)
        Option(
            "limits.unopened", .number(0...1_000_000, of: "connections"), \.engine.limits.unopened,
            """
            Connections without a session. At the limit the address with most of them loses its oldest, if that has waited \
            500 ms; otherwise accepting is paused. 0: no limit.
            """)
        Option(
            "limits.unopened-per-address", .number(0...1_000_000, of: "connections"),
            \.engine.limits.unopenedPerAddress,
            """
            Of those, the connections from one IPv4 address or one /64 network of IPv6. Further ones are closed at once. \
            Raise it where more clients than that connect from one address at the same moment. 0: no limit.
            """)
        Option(
            "limits.registrations", .number(1...10_000_000), \.engine.limits.registrations,
            "DNs registered by one session.")
        Option("limits.calls", .number(1...100_000_000), \.engine.limits.calls, "Concurrent calls.")
        Option(
            "limits.recordings", .number(1...65_535), \.engine.recording.limit, "Recordings of one call in its life.")
        Option(
            "limits.user-data", .bytes(1...16_000_000), \.engine.limits.userData,
            "Packed user data of a call, as clients set it.")
        Option(
            "limits.user-data-total", .bytes(0...great), \.engine.limits.userDataTotal,
            """
            Packed user data of all calls, each copy counted. Requests that would exceed it are refused. A merge of two
            calls adds nothing, and is neither refused nor cut. The copies of joint consultation calls
            (`consult-user-data: joint`), each at most `user-data`, may exceed it; then requests that add user data are
            refused until the total is within the limit again. 0: no limit.
            """)
        Option(
            "limits.feed-line", .bytes(1_024...1_048_576), \.switch.feedLine,
            """
            One line of a feed (`switch.kind: feed`). A longer one closes the connection, which is opened again.
            """)
        Option(
            "limits.inbox", .number(1...100_000_000, of: "inputs"), \.engine.limits.mailbox,
            """
            Inputs that wait in the mailbox of a shard. Beyond it new work is refused; releases and media reports are \
            still admitted.
            """)
        Option(
            "limits.retention-bytes", .bytes(0...great), \.engine.limits.retentionBytes,
            "Events retained for a session that may be resumed: their bytes, and 64 for each. 0: none.")
        Option(
            "limits.retention-age", .seconds(0...86_400), \.engine.limits.retentionAge,
            """
            Time for which events are retained after they were sent, and for which a session without a connection can be \
            resumed.
            """)
    }

    private static let great = 1 << 40
}
