import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Shows the main job with nothing configured.",
        discussion: """
            Starts a server on a free port of this machine, places a call with real audio, and starts, pauses, resumes \
            and stops its recording as a T-Client over TCP. Each event is shown as it comes, and the recording lamp as it \
            follows what the media server confirmed. At the end: the recorded file, and a picture of it.
            """)

    @Option(
        help: ArgumentHelp(
            "Where the recording goes. Default: recordings, here, or a temporary directory where that cannot be written.",
            valueName: "dir"))
    var directory: String?

    @OptionGroup var log: LogArguments

    func run() async throws {
        let console = Console.standard
        let logger = log.logger("callcontrol", default: .warning)
        let demo = Demo(directory: try writableDirectory(), console: console, logger: logger)
        do {
            try await SignalService.run(logger: logger) {
                try await cancelWhenGracefulShutdown { try await demo.run() }
            }
        } catch is CancellationError {
            console.note("The demonstration was interrupted.")
            throw ExitCode(1)
        } catch let error as ExitCode {
            throw error
        } catch {
            console.note("The demonstration failed: \(error)")
            throw ExitCode(1)
        }
    }

    private func writableDirectory() throws -> String {
        let here = URL(filePath: directory ?? "recordings").path
        if Self.makeWritable(here) { return here }
        guard directory == nil else {
            Console.standard.note("\(here) cannot be written.")
            throw ExitCode(1)
        }
        let temporary = FileManager.default.temporaryDirectory.appending(path: "callcontrol-\(UUID().uuidString)").path
        guard Self.makeWritable(temporary) else {
            Console.standard.note("Neither \(here) nor \(temporary) can be written; give another --directory.")
            throw ExitCode(1)
        }
        return temporary
    }

    private static func makeWritable(_ directory: String) -> Bool {
        let files = FileManager.default
        try? files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        return files.isWritableFile(atPath: directory)
    }
}
