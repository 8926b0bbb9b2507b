import TLibrary

/// An event as a line for people: when, which, where, and what it says.
struct EventLine {
    let event: Event

    /// The time of day in UTC, or blanks where the event has none.
    var time: String {
        guard let seconds = event.timeSeconds else { return String(repeating: " ", count: 12) }
        let ofDay = seconds % 86_400
        let milliseconds = (event.timeMicroseconds ?? 0) / 1_000
        func digits(_ number: UInt32, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return "\(digits(ofDay / 3_600, 2)):\(digits(ofDay / 60 % 60, 2)):\(digits(ofDay % 60, 2))"
            + ".\(digits(milliseconds, 3))"
    }

    /// Without a time, for a caller that has its own.
    func text(dnWidth: Int = 8) -> String {
        let name = event.message.name.padded(to: 24)
        let dn = (event.thisDN?.text.printable ?? "").padded(to: dnWidth)
        let call = event.connID.map(\.description) ?? ""
        let words = [name, dn, call.padded(to: 16), saying].joined(separator: "  ")
        return String(words.reversed().drop(while: { $0 == " " }).reversed())
    }

    /// What the event says besides.
    var saying: String {
        switch event.message {
        case .eventError: "refused: \(event.errorCode?.rawValue ?? 0) \(event.errorMessage?.printable ?? "")"
        case .eventRegistered, .eventAddressInfo: snapshot
        case .eventACK: acknowledged
        case .eventPrivateInfo: outcome
        case .eventAttachedDataChanged: change
        case .eventLinkDisconnected: text("reason")
        case .eventAgentLogin: agent("is logged in", event.agentID, event.agentWorkMode, event.thisQueue?.text)
        case .eventAgentLogout: agent("is logged out", event.agentID, event.agentWorkMode, event.thisQueue?.text)
        case .eventAgentReady: agent("is ready", event.agentID, event.agentWorkMode, event.thisQueue?.text)
        case .eventAgentNotReady: agent("is not ready", event.agentID, event.agentWorkMode, event.thisQueue?.text)
        default: parties
        }
    }

    private func text(_ key: String) -> String {
        event.extensions?.first(key)?.text?.printable ?? ""
    }

    private func agent(_ state: String, _ id: String?, _ workMode: AgentWorkMode?, _ queue: String?) -> String {
        var words = ["agent \(id?.printable ?? "?") \(state)"]
        if let workMode, workMode != .unknown { words.append("work mode \(workMode.word)") }
        if let queue { words.append("queue \(queue.printable)") }
        return words.joined(separator: ", ")
    }

    private var snapshot: String {
        [calls, agentThere].compactMap(\.self).joined(separator: "; ")
    }

    private var agentThere: String? {
        guard let agent = event.extensions?.first("agent")?.list else { return nil }
        let isReady = agent.first("state")?.text == "ready"
        return self.agent(
            isReady ? "is ready" : "is not ready", agent.first("id")?.text,
            agent.first("work-mode")?.integer.map { AgentWorkMode(rawValue: $0) }, agent.first("queue")?.text)
    }

    private var calls: String? {
        guard let calls = event.extensions?.first("calls")?.list else { return nil }
        let count = calls.count
        let more = event.extensions?.first("more")?.integer == 1 ? ", and more to come" : ""
        return count == 1 ? "1 call\(more)" : "\(count) calls\(more)"
    }

    private var acknowledged: String {
        let recordings = event.extensions?.first("recordings")?.list ?? [:]
        let wishes = recordings.map { "\($0.key.printable) is to be \($0.value.text?.printable ?? "?")" }
        return (["accepted"] + wishes).joined(separator: "; ")
    }

    private var outcome: String {
        let reason = text("reason")
        return "\(text("result")), recording is \(text("state"))" + (reason.isEmpty ? "" : ": \(reason)")
    }

    private var change: String {
        guard let recording = event.extensions?.first("recording")?.list else { return "user data changed" }
        func word(_ key: String) -> String? { recording.first(key)?.text?.printable }
        var text = "recording \(word("id") ?? "?") is \(word("state") ?? "?")"
        if let cause = word("cause") { text += " (\(cause))" }
        if let reason = word("reason") { text += ", because \(reason)" }
        if let warning = word("warning") {
            text += ", warning \(warning)" + (word("warning-side").map { " (\($0))" } ?? "")
        }
        if let file = word("file") { text += ", file \(file)" }
        return text
    }

    private var parties: String {
        var words: [String] = []
        if let other = event.otherDN { words.append("with \(other.text.printable)") }
        if let ani = event.ani { words.append("from \(ani.printable)") }
        if let dnis = event.dnis { words.append("to \(dnis.printable)") }
        if let agent = event.agentID { words.append("agent \(agent.printable)") }
        if let state = event.callState, state != .ok { words.append("(\(state.name))") }
        return [moved ?? "", words.joined(separator: " ")].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// How the call moves: who came, left or went on, and which other call it has to do with.
    private var moved: String? {
        let third = event.thirdPartyDN?.text.printable
        switch event.message {
        case .eventPartyChanged:
            let by = third.map { " by \($0)" } ?? ""
            let how =
                switch event.thirdPartyDNRole {
                case .transferredBy: "transferred\(by)"
                case .conferencedBy: "in a conference\(by)"
                default: "changed\(by)"
                }
            return how + (event.previousConnID.map { ", was call \($0)" } ?? "")
        case .eventPartyAdded: return third.map { "\($0) came" }
        case .eventPartyDeleted: return third.map { "\($0) left" }
        case .eventRouteUsed, .eventDiverted: return third.map { "on to \($0)" }
        case .eventDialing, .eventRinging: return consultation.map { "consultation of call \($0)" }
        default: return nil
        }
    }

    private var consultation: ConnectionID? { event.transferConnID ?? event.conferenceConnID }
}
