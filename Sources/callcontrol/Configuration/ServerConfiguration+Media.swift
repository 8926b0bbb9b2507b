import CallControl
import CallModel
import EventLoops

extension ServerConfiguration {
    private enum MediaServerKind: String, CaseIterable {
        case builtIn = "built-in"
        case simulated
        case rtpengine
    }

    mutating func readMedia(_ section: ConfigurationSection) {
        if let entries = section.list("servers") { readMediaServers(entries, section) }
        section.read("convert", flag: &convertsRecordings)
        section.read("convert-queue", number: 1...1_000_000, of: "of recordings", into: &conversionQueue)
        section.read("keep-captures", number: -1...31_536_000, of: "of seconds", into: &keptCaptureSeconds)
        section.read("timeout-ms", milliseconds: 1...600_000, into: &engine.recording.timeout)
        section.read("tries", number: 1...100, into: &engine.recording.tries)
        section.read("media-proof", seconds: 0...3_600, into: &engine.recording.mediaProof)
        section.read("media-recovery", seconds: 0...86_400, into: &engine.recording.mediaRecovery)
        section.read("pause-failure", choice: &engine.recording.pauseFailure)
    }

    private mutating func readMediaServers(_ entries: [ConfigurationSection], _ section: ConfigurationSection) {
        mediaServers = entries.compactMap(Self.mediaServer)
        guard entries.count > MediaServerList.limit else { return }
        section.report("servers", "has \(entries.count) entries; must have \(MediaServerList.limit) at most")
    }

    private static func mediaServer(_ entry: ConfigurationSection) -> MediaServer? {
        var kind = MediaServerKind.builtIn
        entry.readMandatory("kind") { entry.read("kind", choice: &kind) }
        var server: MediaServer
        switch kind {
        case .builtIn: server = builtIn(entry)
        case .simulated: server = simulated(entry)
        case .rtpengine: server = rtpengine(entry)
        }
        var order = -1
        entry.read("order", number: 0...1_000, into: &order)
        server.order = order < 0 ? nil : order
        entry.read("weight", number: 1...1_000, into: &server.weight)
        entry.read("max-recordings", number: 0...1_000_000_000, of: "of recordings", into: &server.maxRecordings)
        return server
    }

    private static func builtIn(_ entry: ConfigurationSection) -> MediaServer {
        var options = BuiltInOptions()
        entry.read("directory", text: 1...4_000, into: &options.directory)
        entry.require("directory", .madeDirectory, options.directory)
        entry.read("port-rest", seconds: 0...3_600, into: &options.portRest)
        entry.read("source-silence", seconds: 1...3_600, into: &options.sourceSilence)
        return MediaServer(kind: .builtIn(options))
    }

    private static func simulated(_ entry: ConfigurationSection) -> MediaServer {
        var delay = Duration.zero
        var failEvery = 0
        entry.read("delay-ms", milliseconds: 0...600_000, into: &delay)
        entry.read("fail-every", number: 0...1_000_000_000, of: "of commands", into: &failEvery)
        return MediaServer(kind: .simulated(delay: delay, failEvery: failEvery))
    }

    private static func rtpengine(_ entry: ConfigurationSection) -> MediaServer {
        var options = RTPEngineOptions()
        entry.readMandatory("address") { entry.read("address", address: &options.address) }
        if options.address.port == 0 {
            entry.report("address", "has port 0; must be the port where the server listens")
        }
        entry.read("spool", text: 1...4_000, into: &options.spool)
        entry.require("spool", .directory, options.spool)
        entry.read("spool-at-server", text: 1...4_000, into: &options.spoolAtServer)
        entry.read("in-flight", number: 1...65_536, of: "of commands", into: &options.inFlight)
        entry.read("ping", seconds: 1...3_600, into: &options.ping)
        entry.read("silence-ms", milliseconds: 500...60_000, into: &options.silence)
        return MediaServer(kind: .rtpengine(options))
    }
}
