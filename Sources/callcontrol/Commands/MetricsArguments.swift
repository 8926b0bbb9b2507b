import ArgumentParser
import CallModel
import EventLoops
import Foundation
import LibuvEventLoops
import Logging

/// What the commands that look into a server are told.
struct MetricsArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the server answers them: what `serve` was given as --metrics or server.metrics.",
            valueName: "host:port"))
    var metrics: String

    @Flag(help: "Print the server's JSON as it came, an answer a line.")
    var json = false

    @OptionGroup var log: LogArguments

    func validate() throws { _ = try address() }

    private func address() throws -> SocketAddress {
        guard let address = HostAndPort.endpoint(metrics) ?? HostAndPort.resolved(metrics), address.port != 0 else {
            throw ValidationError(
                "\"\(metrics.shown)\" is no address: give a port, or an address and a port, such as 127.0.0.1:9090.")
        }
        return address
    }

    /// Runs a command that asks; says what went wrong, and exits 1, where it did not get what it asked for.
    func ask(_ body: @Sendable (AdminClient) async throws -> Void) async throws {
        let address = try address()
        let logger = log.logger("callcontrol", default: .warning)
        do {
            try await LibuvEventLoop.withLoops(count: 1, name: "inspection", logger: logger) { loops in
                try await body(AdminClient(address: address, loop: loops[0]))
            }
        } catch let failure as AdminClient.Failure {
            Console.standard.note(failure.description.printable)
            throw ExitCode(1)
        }
    }

    /// Prints the JSON where that is wanted; otherwise what `show` makes of it.
    func show<Shown: Decodable>(_ answer: AdminClient.Answer, as type: Shown.Type) throws -> Shown? {
        guard answer.status == 200 else { throw AdminClient.Failure(description: answer.sentence) }
        guard let shown = try? JSONDecoder().decode(type, from: answer.body) else {
            throw AdminClient.Failure(description: "the answer is none that this program understands")
        }
        guard json else { return shown }
        let text = String(decoding: answer.body, as: UTF8.self)
        try Console.standard.line(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        return shown
    }
}
