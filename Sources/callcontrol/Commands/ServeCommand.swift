import ArgumentParser
import CallControl
import CoreMetrics
import EventLoops
import Foundation
import LibuvEventLoops
import Logging
import MediaServers

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the server.",
        discussion: """
            Prints `listening on HOST:PORT` once it takes sessions, and after it `metrics on HOST:PORT` where there are \
            some. Ctrl-C and SIGTERM end it in good order: recordings \
            are stopped and their files closed, clients are told, and the exit status is 0. SIGHUP opens log and record \
            files anew, and never ends it. `callcontrol options` lists all \
            options of the configuration; each single value can also be given in the environment, such as \
            CALLCONTROL_SERVER_LISTEN.
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

    @Option(
        help: ArgumentHelp(
            """
            Where the log goes. Default: log.file of the configuration; where that is not given, standard error. SIGHUP \
            opens it anew.
            """, valueName: "file"))
    var logFile: String?

    func run() async throws {
        StandardDescriptors.fill()
        ProcessSignals.ignoreHangUps()
        let configuration = try read()
        let registry = configuration.metrics.map { _ in MetricsRegistry() }
        if let registry { MetricsSystem.bootstrap(registry) }
        let log: BufferedLog
        do {
            log = try BufferedLog(configuration.log, label: "callcontrol", metrics: registry)
        } catch {
            Console.standard.lastNote(error.description)
            throw ExitCode(1)
        }
        let failure = await serve(configuration, registry, log)
        ProcessSignals.ignoreHangUps()
        await log.close()
        guard let failure else { return }
        Console.standard.lastNote(failure.text)
        throw failure.status
    }

    /// Why the server has ended, where it was not told to.
    private typealias Failure = (text: String, status: ExitCode)

    private func serve(
        _ configuration: ServerConfiguration, _ registry: MetricsRegistry?, _ log: BufferedLog
    ) async -> Failure? {
        let logger = log.logger(level: configuration.log.level)
        let reopening = ReopenList()
        reopening.add { log.reopen() }
        let cores = min(ProcessInfo.processInfo.activeProcessorCount, 64)
        let loops = configuration.shards == 0 ? cores : configuration.shards
        do {
            try await SignalService.run(logger: logger, onHangUp: { hangUp(reopening, logger) }) {
                try await LibuvEventLoop.withLoops(count: loops, name: "shard", logger: logger) { loops in
                    // A port in use is told before anything else.
                    try await Application.reservePorts(of: configuration, on: loops)
                    tell(configuration, logger)
                    try await Application.run(
                        configuration, on: loops, registry: registry, reopening: reopening, logger: logger
                    ) { address, metrics in
                        HeapTrim.trim()
                        Console.standard.announce(
                            ["listening on \(address)"] + (metrics.map { ["metrics on \($0)"] } ?? []))
                    }
                }
            }
            return nil
        } catch let error as EngineError {
            return ("\(arguments.config): \(error.description)", ExitCode(64))
        } catch let error as EventLoopError {
            return (error.description, ExitCode(1))
        } catch let error as RecordLogError {
            return (error.description, ExitCode(1))
        } catch let error as MediaServerError {
            return (error.description, ExitCode(1))
        } catch {
            return ("A fault of the program: \(error)", ExitCode(70))
        }
    }

    private func hangUp(_ reopening: ReopenList, _ logger: Logger) {
        reopening.reopenAll()
        logger.notice("SIGHUP: log and record files are opened anew")
    }

    private func read() throws -> ServerConfiguration {
        var configuration = try arguments.read()
        if let metrics { configuration.metrics = HostAndPort.endpoint(metrics) }
        if let level = log.logLevel { configuration.log.level = level }
        if let logFile { configuration.log.file = logFile }
        HeapTrim.trim()
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
        for file in configuration.openSecretFiles {
            logger.warning(
                "a file with a secret is readable by every user of this machine", metadata: ["file": "\(file)"])
        }
    }
}
