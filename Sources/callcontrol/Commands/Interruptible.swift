import Logging
import ServiceLifecycle
import UnixSignals

/// Work that Ctrl-C and SIGTERM end in good order.
struct Interruptible: Service {
    private let work: @Sendable () async throws -> Void

    /// Runs `work` until it ends. At a signal it is told by a graceful shutdown, and the program ends when it returns.
    static func run(logger: Logger, _ work: @escaping @Sendable () async throws -> Void) async throws {
        let service = ServiceGroupConfiguration.ServiceConfiguration(
            service: Interruptible(work: work), successTerminationBehavior: .gracefullyShutdownGroup,
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
