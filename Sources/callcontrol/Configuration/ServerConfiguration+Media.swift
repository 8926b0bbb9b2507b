import CallControl
import CallModel

extension ServerConfiguration {
    private enum MediaServerKind: String, CaseIterable {
        case builtIn = "built-in"
        case simulated
        /// Known by name, and not built yet.
        case rtpengine
    }

    mutating func readMedia(_ section: Section) {
        if let entries = section.list("servers") { mediaServers = entries.compactMap(Self.mediaServer) }
        section.read("timeout-ms", milliseconds: 1...600_000, into: &engine.recording.timeout)
        section.read("tries", number: 1...100, into: &engine.recording.tries)
        section.read("media-proof", seconds: 0...3_600, into: &engine.recording.mediaProof)
        section.read("media-recovery", seconds: 0...86_400, into: &engine.recording.mediaRecovery)
        section.read("pause-failure", choice: &engine.recording.pauseFailure)
    }

    private static func mediaServer(_ entry: Section) -> MediaServer? {
        var kind = MediaServerKind.builtIn
        entry.readMandatory("kind") { entry.read("kind", choice: &kind) }
        switch kind {
        case .builtIn: return builtIn(entry)
        case .simulated: return simulated(entry)
        case .rtpengine:
            var address = SocketAddress(host: "127.0.0.1", port: 2223)
            entry.read("address", address: &address)
            entry.report("kind", "\"rtpengine\" is not built yet; must be built-in or simulated")
            return nil
        }
    }

    private static func builtIn(_ entry: Section) -> MediaServer {
        var directory = "recordings"
        entry.read("directory", text: 1...4_000, into: &directory)
        return .builtIn(directory: directory)
    }

    private static func simulated(_ entry: Section) -> MediaServer {
        var delay = Duration.zero
        var failEvery = 0
        entry.read("delay-ms", milliseconds: 0...600_000, into: &delay)
        entry.read("fail-every", number: 0...1_000_000_000, of: "of commands", into: &failEvery)
        return .simulated(delay: delay, failEvery: failEvery)
    }
}
