import CallModel
package import EventLoops
import Logging

/// Why a session is not opened.
package enum OpeningRefusal: String, Sendable, CaseIterable {
    case password
    case protocolVersion = "protocol-version"
    /// The limit of sessions.
    case sessions
    /// Too many wrong passwords came from the address: the connection is closed at once.
    case blocked
}

/// The log lines of refused openings, which strangers cause: within a minute one for each reason and address, and a
/// bounded number of them. Those after it are counted, and told at the minute's end.
package final class OpeningLog: Sendable {
    /// Lines of a minute, and as many again for the counts at its end.
    private static let mostLines = 100
    private static let minute = Duration.seconds(60)

    private let logger: Logger
    private let state = Locked<State>(State())

    private struct State {
        var isInMinute = false
        var lines = 0
        var places: [Key: Int] = [:]
        var entries: [Entry] = []
        /// Refusals from addresses for which there was no place.
        var unnamed = 0
    }

    private struct Key: Hashable {
        var reason: OpeningRefusal
        var address: PeerAddress
    }

    private struct Entry {
        var key: Key
        var peer: String
        var application: String
        /// Since the line of this minute.
        var count = 0
    }

    init(logger: Logger) {
        self.logger = logger
    }

    /// Logs a refusal, or counts it. On the shard, whose timer ends the minute.
    package func note(_ reason: OpeningRefusal, peer: String, application: String, on shard: any EventLoop) {
        let address = PeerAddress(SocketAddress(peer)?.host ?? peer)
        let key = Key(reason: reason, address: address)
        let (isNamed, beginsMinute) = state.withLock { state -> (Bool, Bool) in
            let beginsMinute = !state.isInMinute
            state.isInMinute = true
            if let place = state.places[key] {
                state.entries[place].count += 1
                return (false, beginsMinute)
            }
            guard state.lines < Self.mostLines else {
                state.unnamed += 1
                return (false, beginsMinute)
            }
            state.lines += 1
            state.places[key] = state.entries.count
            state.entries.append(Entry(key: key, peer: peer, application: application))
            return (true, beginsMinute)
        }
        if isNamed { write(reason, peer, application, count: 1) }
        if beginsMinute { _ = shard.after(Self.minute) { [weak self] in self?.endMinute() } }
    }

    private func endMinute() {
        let (entries, unnamed) = state.withLock { state in
            defer { state = State() }
            return (state.entries, state.unnamed)
        }
        for entry in entries where entry.count > 0 {
            write(entry.key.reason, entry.peer, entry.application, count: entry.count)
        }
        if unnamed > 0 {
            logger.warning("sessions of further addresses are refused", metadata: ["count": "\(unnamed)"])
        }
    }

    private func write(_ reason: OpeningRefusal, _ peer: String, _ application: String, count: Int) {
        logger.warning(
            "a session is refused",
            metadata: [
                "peer": "\(peer)", "application": "\(application.escaped)", "reason": "\(reason.rawValue)",
                "count": "\(count)",
            ])
    }

    /// An address has failed too often. As bounded as the lines of its failures, since each takes several of those.
    func noteBlock(_ peer: String, for time: Duration) {
        logger.warning(
            "an address is blocked after too many wrong passwords",
            metadata: ["peer": "\(peer)", "seconds": "\(time.components.seconds)"])
    }
}

extension String {
    /// At most 64 characters, of which none can change how a line of the log reads.
    fileprivate var escaped: String {
        var text = ""
        for scalar in unicodeScalars.prefix(64) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                text += "\\u{" + String(scalar.value, radix: 16) + "}"
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        return unicodeScalars.count > 64 ? text + "…" : text
    }
}
