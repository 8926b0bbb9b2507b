import ArgumentParser
import Foundation

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads a configuration and says what is wrong with it.",
        discussion: """
            Each problem is one line on standard error: FILE:LINE: KEY: what is wrong, and what would be right. The \
            environment's CALLCONTROL_ variables are checked with it, as `serve` would read them, and then the \
            directories and files that `serve` needs. Nothing is changed. Exit status 0 when the configuration is sound, \
            64 when it is not, 1 when a directory or file cannot be used.
            """)

    @OptionGroup var arguments: ConfigurationArguments

    func run() throws {
        let problems = try arguments.readWithPaths().paths.compactMap(\.problem)
        for problem in problems { Console.standard.note(problem.description) }
        guard problems.isEmpty else { throw ExitCode(1) }
        try Console.standard.line("\(arguments.config): sound")
    }
}

/// Where the configuration is.
struct ConfigurationArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration, a YAML file.", valueName: "file"))
    var config: String

    /// The file and the environment over it. An unsound one is said, and ends the program with 64.
    func read() throws -> ServerConfiguration { try readWithPaths().configuration }

    /// The same, with the files and directories that the server will need.
    func readWithPaths() throws -> (configuration: ServerConfiguration, paths: [RequiredPath]) {
        do {
            return try ServerConfiguration.read(file: config, environment: ProcessInfo.processInfo.environment)
        } catch {
            Console.standard.note(error.description)
            throw ExitCode(64)
        }
    }
}
