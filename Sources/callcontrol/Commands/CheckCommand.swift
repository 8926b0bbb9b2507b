import ArgumentParser
import Foundation

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads a configuration and says what is wrong with it.",
        discussion: """
            Each problem is one line on standard error: FILE:LINE: KEY: what is wrong, and what would be right. The \
            environment's CALLCONTROL_ variables are checked with it, as `serve` would read them. Exit status 0 when \
            the configuration is sound, 64 when it is not.
            """)

    @OptionGroup var arguments: ConfigurationArguments

    func run() throws {
        _ = try arguments.read()
        try Console.standard.line("\(arguments.config): sound")
    }
}

/// Where the configuration is.
struct ConfigurationArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration, a YAML file.", valueName: "file"))
    var config: String

    /// The file and the environment over it. An unsound one is said, and ends the program with 64.
    func read() throws -> ServerConfiguration {
        do {
            return try ServerConfiguration(file: config, environment: ProcessInfo.processInfo.environment)
        } catch {
            Console.standard.note(error.description)
            throw ExitCode(64)
        }
    }
}
