import CallControl
import CallModel
import TLibrary

extension ServerConfiguration {
    mutating func readSwitch(_ section: ConfigurationSection) {
        section.read("kind", choice: &`switch`.kind)
        section.read("address", address: &`switch`.address)
        section.read("timeout-ms", milliseconds: 1...600_000, into: &`switch`.timeout)
        section.read("keep-alive", seconds: 0...3_600, into: &`switch`.keepAlive)
        section.read("lines", number: 1...1_000_000, of: "of calls", into: &`switch`.lines)
        section.read("consult-user-data", choice: &engine.consultUserData)
        section.read("merged-user-data", choice: &engine.mergedUserData)
        section.read("audio", choice: &`switch`.audio)
        checkKind(section)
        readDNs(section.list("dns", isUniform: true) ?? [])
        readAgents(section.list("agents", isUniform: true) ?? [])
    }

    /// An option of another kind of switch would have no effect, and whoever wrote it expects one.
    private func checkKind(_ section: ConfigurationSection) {
        let foreign: [String]
        switch `switch`.kind {
        case .inProcess:
            foreign = ["address", "timeout-ms", "keep-alive"]
        case .feed:
            foreign = ["lines", "audio"]
            if !section.isGiven("address") {
                section.report("address", "is missing; a feed must have the HOST:PORT where its peer listens")
            }
        }
        for key in foreign where section.isGiven(key) {
            section.report(key, "has no effect with kind \(`switch`.kind.rawValue); leave it out")
        }
    }

    private mutating func readDNs(_ entries: [ConfigurationSection]) {
        var first: [ExactText: ConfigurationSection] = [:]
        for entry in entries {
            var number = ""
            var type = DNType.extension
            var record = false
            entry.readMandatory("dn") { entry.read("dn", text: 1...255, into: &number) }
            entry.readMandatory("type") { entry.read("type", choice: &type) }
            entry.read("record", flag: &record)
            if record, type.isQueueOrRoutingPoint {
                entry.report("record", "nobody speaks on a DN of type \(type.rawValue); must be false there")
            }
            guard entry.isFirst(number, under: "dn", among: &first) else { continue }
            engine.dns.append(.init(DirectoryNumber(number), type: type, record: record))
        }
    }

    private mutating func readAgents(_ entries: [ConfigurationSection]) {
        var first: [ExactText: ConfigurationSection] = [:]
        for entry in entries {
            var agent = EngineConfiguration.Agent(id: "")
            entry.readMandatory("id") { entry.read("id", text: 1...255, into: &agent.id) }
            entry.read("record", flag: &agent.record)
            if entry.isFirst(agent.id, under: "id", among: &first) { engine.agents.append(agent) }
        }
    }
}

extension ConfigurationSection {
    /// Reads a key that its entry cannot be without.
    func readMandatory(_ key: String, _ read: () -> Void) {
        if !isGiven(key) {
            report(key, "is missing; each entry must have it")
        }
        read()
    }

    /// Whether no entry before has that name; reports it where one has.
    fileprivate func isFirst(_ name: String, under key: String, among first: inout [ExactText: ConfigurationSection])
        -> Bool
    {
        guard !name.isEmpty else { return false }
        if let other = first[ExactText(name)] {
            let place = other.line.map { "on line \($0)" } ?? "above"
            report(key, "\"\(name.shown)\" stands \(place) already; each must be there once")
            return false
        }
        first[ExactText(name)] = self
        return true
    }
}
