import Foundation
import Synchronization
import TLibrary
import TLibraryClient

/// Output of `monitor`: events, lamps, and what becomes of the connection.
///
/// Events come on one thread and news of the connection on another. What a lamp is and that it is printed are one step:
/// no lamp is printed as known behind the line that says that the connection is lost.
final class MonitorDisplay: Sendable {
    /// What a new session comes after.
    enum Loss {
        /// The client is the same; that it has a new session was said by ``tell(_:)``.
        case lostLink
        /// The client is a new one.
        case lostClient
    }

    private let json: Bool
    private let console: Console
    private let lamps = Mutex(RecordingIndicators())

    init(json: Bool, console: Console = .standard) {
        self.json = json
        self.console = console
    }

    func show(_ event: Event) throws {
        try lamps.withLock { lamps in
            let line = EventLine(event: event)
            try console.line(json ? JSON(event).text : "\(line.time)  \(line.text())")
            try show(lamps.changes(by: event), at: line.time)
        }
    }

    func tell(_ change: LinkChange) throws {
        try lamps.withLock { lamps in
            switch change {
            case .lost(let error, let wait):
                try say("lost", "no connection: \(error.description.printable); trying again in \(wait)")
                try show(lamps.linkLost(), at: Self.now)
            case .takenUp:
                try say("back", "connected again; the session goes on, and nothing was missed")
                try show(lamps.sessionResumed(), at: Self.now)
            // Said among the events, where the new session begins.
            case .replaced: lamps.sessionReplaced()
            }
        }
    }

    /// The session that was is lost, and with it what the lamps were.
    func sessionBegan(after loss: Loss) throws {
        try lamps.withLock { lamps in
            if loss == .lostClient { lamps.sessionReplaced() }
            try say("session-lost", "connected again, but the session was lost; registering again")
            try show(lamps.sessionBegan(), at: Self.now)
        }
    }

    private func show(_ changes: [RecordingIndicators.Change], at time: String) throws {
        for change in changes {
            if json {
                let members: [(key: String, value: JSON)] = [
                    ("lamp", .string(change.lamp.rawValue)), ("thisDN", .string(change.dn.text)),
                    ("connID", .string(change.call.description)),
                ]
                try console.line(JSON.object(members).text)
            } else {
                let place = "\(change.dn.text.printable.padded(to: 8))  \(change.call)"
                try console.line("\(time)  \("lamp".padded(to: 24))  \(place)  \(change.lamp.shown(console))")
            }
        }
    }

    /// What happens to the connection itself.
    private func say(_ word: String, _ text: String) throws {
        if json {
            try console.line(JSON.object([("connection", .string(word)), ("message", .string(text))]).text)
        } else {
            try console.line(console.paint("-- \(text)", .yellow))
        }
    }

    /// The time of day in UTC, as events show theirs.
    private static var now: String {
        var event = Event(.eventPrivateInfo)
        let time = Date().timeIntervalSince1970
        event.timeSeconds = UInt32(time)
        event.timeMicroseconds = UInt32(time.truncatingRemainder(dividingBy: 1) * 1_000_000)
        return EventLine(event: event).time
    }
}
