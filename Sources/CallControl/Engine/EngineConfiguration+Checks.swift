public import CallModel
import TLibrary

extension EngineConfiguration {
    /// The DNs and Agent Logins as the engine knows them. Precondition: none stands twice, as ``check()`` makes sure.
    public var directory: Directory {
        Directory(
            dns.map { Directory.Entry(number: $0.number, type: $0.type, record: $0.record) },
            agents: agents.map { Directory.Agent(id: $0.id, record: $0.record) })
    }

    /// The bytes that a frame needs beside the user data of its call.
    public static let frameBesideUserData = 16_384

    /// Whether the configuration is sound as a whole.
    public func check() throws(EngineError) {
        var seen: Set<DirectoryNumber> = []
        for dn in dns {
            guard !dn.number.isEmpty, dn.number.text.utf8.count <= DirectoryNumber.maximumLength else {
                throw EngineError(.unsoundConfiguration, "a DN has 1 to 255 bytes; \"\(dn.number)\" has not")
            }
            try Self.checkZero(dn.number.text, "a DN")
            guard seen.insert(dn.number).inserted else {
                throw EngineError(.unsoundConfiguration, "the DN \(dn.number) stands twice; each stands once")
            }
        }
        try checkAgents()
        try Self.checkZero(name, "the name of the server")
        guard limits.frame >= limits.userData + Self.frameBesideUserData else {
            throw EngineError(
                .unsoundConfiguration,
                "limits.frame is \(limits.frame); it is at least limits.user-data plus \(Self.frameBesideUserData)")
        }
        let numbers = recording.privateMessages
        guard Set([numbers.start, numbers.stop, numbers.pause, numbers.resume]).count == 4 else {
            throw EngineError(.unsoundConfiguration, "two recording.private-messages have one number; each has its own")
        }
        for (name, value) in limits.counts where value < 1 {
            throw EngineError(.unsoundConfiguration, "limits.\(name) is \(value); it is at least 1")
        }
        for (name, value) in limits.countsOrNone where value < 0 {
            throw EngineError(.unsoundConfiguration, "limits.\(name) is \(value); it must be 0 (no limit) or more")
        }
        guard failures.perAddress >= 0, failures.delay >= .zero, failures.window > .zero else {
            throw EngineError(
                .unsoundConfiguration, "access.failures must have no negative value, and a window of more than 0")
        }
        guard recording.tries >= 1, recording.timeout > .zero, recording.limit >= 1 else {
            throw EngineError(
                .unsoundConfiguration, "media.tries, media.timeout-ms and limits.recordings are at least 1")
        }
    }
}

extension EngineConfiguration {
    /// For clients in C a text ends at a zero byte.
    fileprivate static func checkZero(_ text: String, _ what: String) throws(EngineError) {
        guard text.utf8.contains(0) else { return }
        throw EngineError(.unsoundConfiguration, "\(what) must not hold a zero byte")
    }

    private func checkAgents() throws(EngineError) {
        var seen: Set<ExactText> = []
        for agent in agents {
            guard (1...255).contains(agent.id.utf8.count) else {
                throw EngineError(.unsoundConfiguration, "an AgentID has 1 to 255 bytes; \"\(agent.id)\" has not")
            }
            try Self.checkZero(agent.id, "an AgentID")
            guard seen.insert(ExactText(agent.id)).inserted else {
                throw EngineError(
                    .unsoundConfiguration, "the Agent Login \(agent.id) stands twice; each stands once")
            }
        }
    }
}

extension EngineConfiguration.Limits {
    fileprivate var counts: [(String, Int)] {
        [
            ("frame", frame), ("window", window), ("backlog-bytes", backlogBytes), ("backlog-total", backlogTotal),
            ("sessions", sessions), ("registrations", registrations), ("inbox", mailbox), ("calls", calls),
            ("user-data", userData),
        ]
    }

    /// Those that may be 0.
    fileprivate var countsOrNone: [(String, Int)] {
        [
            ("unopened", unopened), ("unopened-per-address", unopenedPerAddress), ("user-data-total", userDataTotal),
        ]
    }
}
