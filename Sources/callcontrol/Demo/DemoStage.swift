import CallControl
import TLibrary
import TLibraryClient

/// What a demonstration shows while it runs: the events of its T-Client as they come, and the lamp that follows them.
actor DemoStage {
    /// The DN whose lamp is shown.
    static let agent: DirectoryNumber = "5001"

    private let console: Console
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var lamps = RecordingIndicators()
    /// Each lamp that was shown, and when, in seconds since the start.
    private(set) var shown: [(lamp: RecordingIndicator, time: Double)] = []

    init(console: Console) {
        self.console = console
        start = clock.now
    }

    /// Shows the events until the session ends, and hands each on to the script.
    func follow(_ client: TLibraryClient, _ script: AsyncStream<Event>.Continuation) async throws {
        defer { script.finish() }
        do {
            for try await event in client.events {
                try show(event)
                script.yield(event)
            }
        } catch {
            for change in lamps.linkLost() where change.dn == Self.agent { try show(change) }
            throw error
        }
    }

    /// What the script asks for next.
    func say(_ text: String) throws {
        try console.line("\(time())  \(console.paint("→ \(text)", .bold))")
    }

    private func show(_ event: Event) throws {
        let name = event.message.name.padded(to: 24)
        let dn = (event.thisDN?.text.printable ?? "").padded(to: 8)
        try console.line("\(time())    \(name)  \(dn)  \(EventLine(event: event).saying)")
        for change in lamps.changes(by: event) where change.dn == Self.agent {
            shown.append((change.lamp, seconds()))
            try show(change)
        }
    }

    private func show(_ change: RecordingIndicators.Change) throws {
        let dn = change.dn.text.printable.padded(to: 8)
        try console.line("\(time())    \("lamp".padded(to: 24))  \(dn)  \(change.lamp.shown(console))")
    }

    private func seconds() -> Double { (clock.now - start) / .seconds(1) }

    private func time() -> String {
        let milliseconds = Int(seconds() * 1_000)
        let fraction = String(milliseconds % 1_000)
        let whole = String(milliseconds / 1_000)
        let text = "\(whole).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
        return String(repeating: " ", count: max(0, 7 - text.count)) + text
    }
}
