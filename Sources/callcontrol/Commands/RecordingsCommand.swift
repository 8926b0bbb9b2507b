import ArgumentParser
import Foundation
import TLibrary

struct RecordingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recordings",
        abstract: "Prints the records of finished recordings, with the intervals in which nothing was captured.",
        discussion: """
            Reads log files that `serve` has written (option records.file); older ones have a number behind their name. \
            Times are in UTC. CAPTURED and NOT are the time in which audio was captured, and in which it was not, \
            between the first confirmation and the end. A line that is no record is said on standard error, and the \
            exit status is then 1.
            """)

    @Option(name: .long, parsing: .upToNextOption, help: "The log files, one or more, the oldest first.")
    var file: [String]

    @Flag(help: "Print the records as they stand in the file: JSON, one object a line.")
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
        if !json { try Console.standard.line(RecordTable.head) }
        for file in file {
            guard var lines = RecordLines(file: file) else {
                Console.standard.note("\(file): cannot be read")
                throw ExitCode(1)
            }
            if try !show(&lines, of: file) { isSound = false }
        }
        if !isSound { throw ExitCode(1) }
    }

    /// Says whether every line was a record.
    private func show(_ lines: inout RecordLines, of file: String) throws -> Bool {
        var isSound = true
        var number = 0
        while let line = try next(&lines, file) {
            number += 1
            guard let record = try? JSONDecoder().decode(RecordLine.self, from: line) else {
                Console.standard.note("\(file):\(number): is no record")
                isSound = false
                continue
            }
            guard isWanted(record) else { continue }
            if json {
                try Console.standard.line(String(decoding: line, as: UTF8.self))
            } else {
                for row in RecordTable.rows(record) { try Console.standard.line(row) }
            }
        }
        return isSound
    }

    private func next(_ lines: inout RecordLines, _ file: String) throws -> Data? {
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
