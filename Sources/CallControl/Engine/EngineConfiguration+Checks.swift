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
            guard seen.insert(dn.number).inserted else {
                throw EngineError(.unsoundConfiguration, "the DN \(dn.number) stands twice; each stands once")
            }
        }
        try checkAgents()
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
        guard recording.tries >= 1, recording.timeout > .zero, recording.limit >= 1 else {
            throw EngineError(
                .unsoundConfiguration, "media.tries, media.timeout-ms and limits.recordings are at least 1")
        }
    }
}

extension EngineConfiguration {
    private func checkAgents() throws(EngineError) {
        var seen: Set<String> = []
        for agent in agents {
            guard (1...255).contains(agent.id.utf8.count) else {
                throw EngineError(.unsoundConfiguration, "an AgentID has 1 to 255 bytes; \"\(agent.id)\" has not")
            }
            guard seen.insert(agent.id).inserted else {
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
            ("sessions", sessions), ("registrations", registrations), ("inbox", inbox), ("calls", calls),
            ("user-data", userData),
        ]
    }
}
