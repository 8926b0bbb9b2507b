import CallControl
import CallModel
import EventLoops
import LibuvEventLoops
import Logging
import MediaServers
import ServiceLifecycle
import Switches

/// A configuration, put together and running.
enum Application {
    /// Runs until the task is cancelled, or told to shut down gracefully: then recordings are ended, clients told, and
    /// it returns.
    ///
    /// - Parameters:
    ///   - registry: where its metrics go, where they can be read.
    ///   - reopening: what SIGHUP has opened anew.
    ///   - onListening: called once sessions are taken, with the address that was got, and that of the metrics.
    /// - Throws: where the configuration cannot be had, such as a port in use or a directory that cannot be written.
    static func run(
        _ configuration: ServerConfiguration, on loops: [LibuvEventLoop], registry: MetricsRegistry? = nil,
        reopening: ReopenList = ReopenList(), logger: Logger,
        onListening: @escaping @Sendable (SocketAddress, SocketAddress?) -> Void
    ) async throws {
        let records = try records(configuration, registry, logger)
        if let records { reopening.add { [weak records] in records?.reopen() } }
        do {
            try await run(configuration, on: loops, records, registry, logger: logger, onListening: onListening)
        } catch {
            await records?.close()
            throw error
        }
        await records?.close()
    }

    /// Takes the ports that the configuration names, before anything is begun. ``run(_:on:registry:reopening:logger:onListening:)``
    /// on the same loops then listens there.
    static func reservePorts(of configuration: ServerConfiguration, on loops: [LibuvEventLoop])
        async throws(EventLoopError)
    {
        for address in [configuration.listen, configuration.metrics].compactMap(\.self) {
            try await loops[0].reserve(address)
        }
    }

    private static func records(
        _ configuration: ServerConfiguration, _ registry: MetricsRegistry?, _ logger: Logger
    ) throws(RecordLogError) -> RecordLog? {
        guard !configuration.records.file.isEmpty else { return nil }
        let records = try RecordLog(configuration.records, logger: logger)
        records.closeEarlierRun(configuration.records, RecordedFiles(configuration.mediaServers))
        registry?.beforeReading { [weak records] in records?.measure() }
        return records
    }

    private static func run(
        _ configuration: ServerConfiguration, on loops: [LibuvEventLoop], _ records: RecordLog?,
        _ registry: MetricsRegistry?, logger: Logger,
        onListening: @escaping @Sendable (SocketAddress, SocketAddress?) -> Void
    ) async throws {
        var options = configuration.engine
        // Whoever reads metrics asks for what was counted by then.
        options.metricsInterval = .zero
        options.isInspected = configuration.metrics != nil
        let mediaServers = try mediaServers(configuration, logger)
        let engine = try CallControlEngine(
            configuration: options, shards: loops, switch: telephony(configuration, logger),
            mediaServers: mediaServers, records: records, metrics: registry, logger: logger)
        let names = mediaServers.map(\.server.name)
        let server = TLibraryServer(engine: engine, listen: configuration.listen, logger: logger)
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await engine.run() }
                group.addTask {
                    let inspection = try await inspection(of: engine, configuration, registry, servers: names, logger)
                    async let looks: Void = inspection?.run() ?? ()
                    try await server.run { onListening($0, inspection?.localAddress) }
                    await looks
                }
                // Either ends with the other.
                defer { group.cancelAll() }
                try await group.next()
            }
        } onGracefulShutdown: {
            engine.shutDown()
        }
    }

    private static func inspection(
        of engine: CallControlEngine, _ configuration: ServerConfiguration, _ registry: MetricsRegistry?,
        servers: [String], _ logger: Logger
    ) async throws(EventLoopError) -> AdminServer? {
        guard let address = configuration.metrics else { return nil }
        return try await AdminServer(
            engine, listen: address, registry: registry ?? MetricsRegistry(), servers: servers,
            connections: configuration.httpConnections, logger: logger)
    }

    private static func telephony(_ configuration: ServerConfiguration, _ logger: Logger) -> any Switch {
        let settings = configuration.switch
        switch settings.kind {
        case .inProcess:
            return InProcessSwitch(configuration.engine, lines: settings.lines, audio: settings.audio.voices)
        case .feed:
            var options = FeedSwitch.Options(address: settings.address)
            options.timeout = settings.timeout
            options.keepAlive = settings.keepAlive
            options.lineLimit = settings.feedLine
            return FeedSwitch(configuration.engine, options: options, logger: logger)
        }
    }

    private static func mediaServers(
        _ configuration: ServerConfiguration, _ logger: Logger
    ) throws -> [MediaServerEntry] {
        try configuration.mediaServers.enumerated().map { place, server in
            MediaServerEntry(
                try driver(server.kind, configuration, logger), order: server.order ?? place, weight: server.weight,
                maxRecordings: server.maxRecordings == 0 ? nil : server.maxRecordings)
        }
    }

    private static func driver(
        _ kind: ServerConfiguration.MediaServer.Kind, _ configuration: ServerConfiguration, _ logger: Logger
    ) throws -> any MediaServer {
        let recording = configuration.engine.recording
        switch kind {
        case .builtIn(let options):
            return try BuiltInRecorder(
                directory: options.directory, mediaProof: recording.mediaProof, portRest: options.portRest,
                sourceSilence: options.sourceSilence, logger: logger)
        case .simulated(let delay, let failEvery):
            return NullMediaServer(delay: delay, failEvery: failEvery, logger: logger)
        case .rtpengine(let options):
            var settings = RTPEngine.Settings(address: options.address)
            settings.spool = options.spool.isEmpty ? nil : options.spool
            settings.spoolAtServer = options.spoolAtServer.isEmpty ? nil : options.spoolAtServer
            settings.inFlight = options.inFlight
            settings.convert = configuration.convertsRecordings
            settings.convertQueue = configuration.conversionQueue
            settings.keepCaptures = configuration.keptCaptureSeconds
            settings.ping = options.ping
            settings.silence = options.silence
            settings.timeout = recording.timeout
            settings.tries = recording.tries
            settings.mediaProof = recording.mediaProof
            return try RTPEngine(settings, logger: logger)
        }
    }
}

extension ServerConfiguration.Audio {
    fileprivate var voices: InProcessSwitch.Audio {
        switch self {
        case .none: .none
        case .tones: .tones
        }
    }
}
