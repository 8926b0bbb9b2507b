import Logging
import ServiceLifecycle
import UnixSignals

/// Work that Ctrl-C and SIGTERM end in good order.
struct SignalService: Service {
    private let work: @Sendable () async throws -> Void

    /// Runs `work` until it ends. At a signal it is told by a graceful shutdown, and the program ends when it returns.
    ///
    /// - Parameter onHangUp: called at each SIGHUP meanwhile; without it SIGHUP is left as it is.
    static func run(
        logger: Logger, onHangUp: (@Sendable () -> Void)? = nil, _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        guard let onHangUp else { return try await run(logger, work) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            let hangUps = await UnixSignalsSequence(trapping: .sighup)
            group.addTask { for await _ in hangUps { onHangUp() } }
            group.addTask { try await run(logger, work) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func run(_ logger: Logger, _ work: @escaping @Sendable () async throws -> Void) async throws {
        let service = ServiceGroupConfiguration.ServiceConfiguration(
            service: SignalService(work: work), successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .cancelGroup)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    func run() async throws {
        try await work()
    }
}
