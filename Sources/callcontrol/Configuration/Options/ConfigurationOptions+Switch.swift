import CallControl
import CallModel
import TLibrary

extension ConfigurationOptions {
    @ConfigurationRows static var telephony: [ConfigurationRow] {
        Option(
            "switch.kind", .choice, \.switch.kind,
            """
            Switch that executes calls. `in-process`: the program itself, among the DNs of `dns`. `feed`: a SIP server or \
            another peer over one TCP connection, which reports its calls and executes routes and releases (FeedSwitch, \
            article Feed).
            """)
        Option(
            "switch.address", .address, \.switch.address, kind: feed, default: "must be given",
            "Address where the peer of the feed listens. The engine connects, and reconnects after a loss.")
        Option(
            "switch.keep-alive", .seconds(0...3_600), \.switch.keepAlive, kind: feed,
            """
            Silence after which the peer of the feed is sent a ping; after the same time without an answer the connection \
            is closed and opened anew. 0: no pings. Only a peer that announces that it answers is sent one. A peer whose \
            system acknowledges nothing for 10 seconds is lost in any case.
            """)
        Option(
            "switch.timeout-ms", .milliseconds(1...600_000), \.switch.timeout, kind: feed,
            "Time that a command on the feed waits for its answer; then the request gets 57.")
        Option(
            "switch.lines", .number(1...1_000_000, of: "calls"), \.switch.lines, kind: inProcess,
            "Concurrent calls of an extension or ACD position; then it is busy.")
        Option(
            "switch.consult-user-data", .choice, \.engine.consultUserData,
            """
            User data of a consultation call. `separate`: its own. `inherited`: a copy of the main call's, made when the \
            consultation call begins. `joint`: both calls share one.
            """)
        Option(
            "switch.merged-user-data", .choice, \.engine.mergedUserData,
            """
            User data of a call that a transfer or conference has merged from two: the main call's, the consultation \
            call's, or both, where the first named (`merged-over-main`: the consultation call) prevails for a key that \
            both have. Where both together exceed `limits.user-data`, the main call's; `limits.user-data-total` does not apply.
            """)
        Option(
            "switch.audio", .choice, \.switch.audio, kind: inProcess,
            """
            Audio of established parties. `tones`: each sends a G.711 tone of its own pitch to its recorder. `none`: \
            recordings are silent, with the warning `no-media`.
            """)
        dns
        agents
    }

    private static let feed = ServerConfiguration.SwitchKind.feed.rawValue
    private static let inProcess = ServerConfiguration.SwitchKind.inProcess.rawValue

    private static var dns: List {
        typealias DN = EngineConfiguration.DN
        return List(
            "switch.dns",
            of: [
                ConfigurationOption(
                    "dn",
                    ConfigurationType<String>.text(1...DirectoryNumber.maximumLength).map(
                        { text throws(InvalidValue) in DirectoryNumber(text) }, back: { $0.text }),
                    \DN.number, isMandatory: true, bounds: "; unique",
                    """
                    The number or name. Compared byte for byte: two Unicode spellings of one accented name are two DNs.
                    """),
                ConfigurationOption("type", .choice, \DN.type, isMandatory: true, "What the DN is."),
                ConfigurationOption(
                    "record", .flag, \DN.record, bounds: "; not `true` on an ACD queue or a routing point",
                    "Whether a party on this DN is recorded from the start."),
            ],
            DN("", type: .extension), name: { $0.number.text },
            check: { dn in
                guard dn.record, dn.type.isQueueOrRoutingPoint else { return nil }
                return (\DN.record, "invalid value \"true\": expected false on a DN of type \(dn.type.rawValue)")
            },
            begin: { $0.engine.dns = [] }, append: { $1.engine.dns.append($0) }, "The directory numbers.")
    }

    private static var agents: List {
        typealias Agent = EngineConfiguration.Agent
        return List(
            "switch.agents",
            of: [
                ConfigurationOption(
                    "id", .text(1...255), \Agent.id, isMandatory: true, bounds: "; unique",
                    "AgentID, compared byte for byte."),
                ConfigurationOption(
                    "record", ConfigurationType<Bool>.flag.optional, \Agent.record, default: "not set",
                    "Overrides the `record` of the DN where the agent is logged in, both ways."),
            ],
            Agent(id: ""), name: { $0.id }, begin: { $0.engine.agents = [] }, append: { $1.engine.agents.append($0) },
            "The Agent Logins.")
    }
}
