import ArgumentParser
import Foundation
import TLibrary

struct RecordingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recordings",
        abstract: "Prints the records of recordings, with the intervals in which nothing was captured.",
        discussion: """
            Reads log files that `serve` has written (option records.file); older ones have a number behind their name. \
            Times are in UTC, with the day where it is another than that of the beginning. CAPTURED and NOT are the time \
            in which audio was captured, and in which it was not, between the first confirmation and the end. Recordings \
            that only began, by these files, come last, as open. A line that is no record is said on standard error, and \
            the exit status is then 1.
            """)

    @Option(name: .long, parsing: .upToNextOption, help: "The log files, one or more, the oldest first.")
    var file: [String]

    @Flag(
        help: "Print the lines as they stand in the file: JSON, one object a line; of open recordings their beginning.")
    var json = false

    @Option(help: ArgumentHelp("Only recordings of this call.", valueName: "connid"))
    var call: ConnectionID?

    @Option(help: "Only the recording with this id.")
    var id: String?

    func validate() throws {
        guard !file.isEmpty else { throw ValidationError("Give at least one --file.") }
    }

    func run() throws {
        var isSound = true
        var open = OpenLines()
        if !json { try Console.standard.line(RecordTable.head) }
        for file in file {
            guard var lines = RecordLines(file: file) else {
                Console.standard.note("\(file): cannot be read")
                throw ExitCode(1)
            }
            if try !show(&lines, of: file, &open) { isSound = false }
        }
        for line in open.texts {
            if let began = RecordLine(decoding: line) { try show(began, line) }
        }
        if !isSound { throw ExitCode(1) }
    }

    /// Says whether every line was a record, or the beginning of one.
    private func show(_ lines: inout RecordLines, of file: String, _ open: inout OpenLines) throws -> Bool {
        var isSound = true
        var number = 0
        while let line = try next(&lines, file) {
            number += 1
            guard let record = RecordLine(decoding: line), let kind = open.take(line) else {
                Console.standard.note("\(file):\(number): \(lines.isWhole ? "is no record" : "is not whole")")
                isSound = false
                continue
            }
            if kind == .record { try show(record, line) }
        }
        return isSound
    }

    private func show(_ record: RecordLine, _ line: [UInt8]) throws {
        guard isWanted(record) else { return }
        if json {
            try Console.standard.line(String(decoding: line, as: UTF8.self))
        } else {
            for row in RecordTable.rows(record) { try Console.standard.line(row) }
        }
    }

    private func next(_ lines: inout RecordLines, _ file: String) throws -> [UInt8]? {
        do {
            return try lines.next()
        } catch {
            Console.standard.note("\(file): cannot be read")
            throw ExitCode(1)
        }
    }

    private func isWanted(_ record: RecordLine) -> Bool {
        if let call, record.connID.lowercased() != call.description { return false }
        return id == nil || record.id == id
    }
}
