import ArgumentParser
import CallModel
import EventLoops
import Foundation
import LibuvEventLoops
import Logging
import TLibrary
import TLibraryClient

/// Where the log goes, and how much of it.
struct LogArguments: ParsableArguments {
    @Option(name: .long, help: "How much is logged, to standard error.")
    var logLevel: Logger.Level?

    func logger(_ label: String, default level: Logger.Level) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel ?? level
        return logger
    }
}

/// What every command that talks to a server is told.
struct ClientArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The server's address and port.", valueName: "host:port"))
    var server: String

    @Option(
        help: ArgumentHelp(
            """
            A file with ApplicationPassword, where the server asks for one. Default: the environment's \
            CALLCONTROL_PASSWORD, which other users of this machine cannot read.
            """, valueName: "file"))
    var passwordFile: String?

    /// Was taken once; every user of the machine could read it in the list of processes.
    @Option(help: .hidden)
    var password: String?

    @Option(help: "ApplicationName under which the server knows this program.")
    var name = "callcontrol"

    @Flag(help: "Print JSON, one object a line.")
    var json = false

    @OptionGroup var log: LogArguments

    func validate() throws {
        guard (1...255).contains(name.utf8.count) else {
            throw ValidationError("--name must be text of 1 to 255 bytes.")
        }
        guard password == nil else {
            throw ValidationError(
                "--password is not taken: every user of this machine would see it in the list of processes. Give "
                    + "--password-file, or CALLCONTROL_PASSWORD in the environment.")
        }
    }

    /// The address to connect to.
    func address() throws -> SocketAddress {
        guard let address = HostAndPort.resolved(server) else {
            throw ValidationError(
                "\"\(server.shown)\" is no server: give an address and a port, such as 127.0.0.1:8000.")
        }
        return address
    }

    /// ApplicationPassword. Where the file with it cannot be read the program ends, with 64.
    func secret(_ logger: Logger) throws -> String? {
        guard let passwordFile else { return ProcessInfo.processInfo.environment["CALLCONTROL_PASSWORD"] }
        do throws(SecretFileError) {
            let secret = try SecretFile.read(passwordFile)
            if secret.isReadableByOthers {
                logger.warning(
                    "a file with a secret is readable by every user of this machine",
                    metadata: ["file": "\(passwordFile)"])
            }
            return secret.text
        } catch {
            throw ValidationError("--password-file: \(error.description).")
        }
    }

    func options() -> TLibraryClientOptions {
        var options = TLibraryClientOptions()
        // A server's frames may be as large as its configuration allows.
        options.frame = 16_777_216
        return options
    }

    /// Opens a session for `body`, and ends it.
    func withClient<Output: Sendable>(
        _ body: (TLibraryClient) async throws -> Output
    ) async throws -> Output {
        let address = try address()
        let logger = log.logger("callcontrol", default: .warning)
        let secret = try secret(logger)
        return try await LibuvEventLoop.withLoops(count: 1, name: "client", logger: logger) { loops in
            let client = try await TLibraryClient.connect(
                to: address, on: loops[0], applicationName: name, password: secret, options: options(), logger: logger)
            do {
                let output = try await body(client)
                await client.close()
                return output
            } catch {
                await client.close()
                throw error
            }
        }
    }

    /// Runs a command that asks a server for something; says what went wrong, and exits 1, where it did not get it.
    func ask(_ body: (TLibraryClient) async throws -> Void) async throws {
        do {
            try await withClient(body)
        } catch let error as TLibraryClientError {
            try Failure.report(error, json: json)
            throw ExitCode(1)
        }
    }
}

/// How a command says that it did not get what it asked for.
enum Failure {
    static func report(_ error: TLibraryClientError, json: Bool) throws {
        let text = error.description.printable
        guard json else { return Console.standard.note(text) }
        var members: [(key: String, value: JSON)] = [
            ("error", .string(error.code.rawValue)), ("message", .string(error.message)),
        ]
        if let code = error.errorCode { members.append(("errorCode", .number(Int64(code.rawValue)))) }
        try Console.standard.line(JSON.object(members).text)
    }
}
