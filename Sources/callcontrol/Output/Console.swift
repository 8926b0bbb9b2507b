import ArgumentParser
import Dispatch
import Foundation

/// What the program prints: on standard output what was asked for, each line at once; on standard error the rest.
struct Console: Sendable {
    enum Colour: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case faint = "2"
        case bold = "1"
    }

    /// Whether standard output is a terminal that wants colours.
    let isColoured: Bool
    /// In characters.
    let width: Int

    static let standard = Console(environment: ProcessInfo.processInfo.environment)

    init(environment: [String: String]) {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        isColoured = isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        width = environment["COLUMNS"].flatMap(Int.init).map { min(max($0, 40), 200) } ?? 80
    }

    /// Ends the program where nobody reads any more.
    func line(_ text: String = "") throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data("\(text)\n".utf8))
        } catch {
            throw ExitCode(1)
        }
    }

    /// For people only, and lost where nobody reads.
    func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\(text)\n".utf8))
    }

    /// Prints lines on standard output from a thread of their own: nobody waits, also where the reader has stopped.
    func announce(_ lines: [String]) {
        Thread.detachNewThread { for line in lines { try? self.line(line) } }
    }

    /// The same as ``note(_:)``, but waits for two seconds at most where the reader has stopped.
    func lastNote(_ text: String) {
        let written = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            note(text)
            written.signal()
        }
        _ = written.wait(timeout: .now() + .seconds(2))
    }

    func paint(_ text: String, _ colour: Colour) -> String {
        isColoured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}
