import ArgumentParser
import CallControl
import Foundation
import LibuvRuntime
import Logging
import MediaServers

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the server.",
        discussion: """
            Prints `listening on HOST:PORT` once it takes sessions. Ctrl-C and SIGTERM end it in good order: recordings \
            are stopped and their files closed, clients are told, and the exit status is 0. Every single value of the \
            configuration can also be given in the environment, such as CALLCONTROL_SERVER_LISTEN.
            """)

    @OptionGroup var arguments: ConfigurationArguments
    @OptionGroup var log: LogArguments

    func run() async throws {
        let configuration = try arguments.read()
        let logger = log.logger("callcontrol", default: .info)
        tell(configuration, logger)
        let cores = min(ProcessInfo.processInfo.activeProcessorCount, 64)
        let loops = configuration.shards == 0 ? cores : configuration.shards
        do {
            try await Interruptible.run(logger: logger) {
                try await EventLoop.withLoops(count: loops, name: "shard", logger: logger) { loops in
                    try await RunningServer.run(configuration, on: loops, logger: logger) { address in
                        // Nobody reading it is no reason not to serve.
                        try? Console.standard.line("listening on \(address)")
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
