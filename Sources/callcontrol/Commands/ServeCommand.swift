import ArgumentParser
import CallControl
import CoreMetrics
import Foundation
import LibuvRuntime
import Logging
import MediaServers

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the server.",
        discussion: """
            Prints `listening on HOST:PORT` once it takes sessions, and after it `metrics on HOST:PORT` where there are \
            some. Ctrl-C and SIGTERM end it in good order: recordings \
            are stopped and their files closed, clients are told, and the exit status is 0. Every single value of the \
            configuration can also be given in the environment, such as CALLCONTROL_SERVER_LISTEN.
            """)

    @OptionGroup var arguments: ConfigurationArguments
    @OptionGroup var log: LogArguments

    @Option(
        help: ArgumentHelp(
            """
            Answers HTTP there: /metrics for Prometheus, /sessions, /calls and /healthz. A port alone is one of \
            127.0.0.1. Stands over server.metrics of the configuration.
            """, valueName: "host:port"))
    var metrics: String?

    func validate() throws {
        guard let metrics, HostAndPort.endpoint(metrics) == nil else { return }
        throw ValidationError(
            "\"\(metrics.shown)\" is no address: give a port, or an IP address and a port, such as 127.0.0.1:9090.")
    }

    func run() async throws {
        let configuration = try read()
        let registry = configuration.metrics.map { _ in MetricsRegistry() }
        if let registry { MetricsSystem.bootstrap(registry) }
        let logger = log.logger("callcontrol", default: .info)
        tell(configuration, logger)
        let cores = min(ProcessInfo.processInfo.activeProcessorCount, 64)
        let loops = configuration.shards == 0 ? cores : configuration.shards
        do {
            try await Interruptible.run(logger: logger) {
                try await EventLoop.withLoops(count: loops, name: "shard", logger: logger) { loops in
                    try await RunningServer.run(
                        configuration, on: loops, registry: registry, logger: logger
                    ) { address, metrics in
                        // Nobody reading it is no reason not to serve.
                        try? Console.standard.line("listening on \(address)")
                        if let metrics { try? Console.standard.line("metrics on \(metrics)") }
                    }
                }
            }
        } catch let error as EngineError {
            Console.standard.note("\(arguments.config): \(error.description)")
            throw ExitCode(64)
        } catch let error as ShardError {
            Console.standard.note(error.description)
            throw ExitCode(1)
        } catch let error as RecordLogError {
            Console.standard.note(error.description)
            throw ExitCode(1)
        } catch let error as MediaServerError {
            Console.standard.note(error.description)
            throw ExitCode(1)
        } catch {
            Console.standard.note("A fault of the program: \(error)")
            throw ExitCode(70)
        }
    }

    private func read() throws -> ServerConfiguration {
        var configuration = try arguments.read()
        if let metrics { configuration.metrics = HostAndPort.endpoint(metrics) }
        return configuration
    }

    /// What an operator should know at start.
    private func tell(_ configuration: ServerConfiguration, _ logger: Logger) {
        let files = OpenFileLimit.raise()
        if files < configuration.engine.limits.sessions {
            logger.warning(
                "the limit of open files is below the limit of sessions: raise it with ulimit -n, or lower sessions",
                metadata: ["open-files": "\(files)", "sessions": "\(configuration.engine.limits.sessions)"])
        }
    }
}
