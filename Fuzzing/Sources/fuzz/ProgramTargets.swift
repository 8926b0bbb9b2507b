import CallControl
import Foundation

@testable import callcontrol

/// Requests to the port of metrics.
func readHTTP(_ input: Input) {
    var reader = HTTPRequestDecoder()
    for piece in input.pieces {
        reader.append(Array(piece).span)
        while case .request = reader.next() {}
    }
}

/// A configuration file: read, or refused with sentences.
func readConfiguration(_ input: Input) {
    guard let text = String(validating: input.bytes, as: UTF8.self) else { return }
    do {
        let document = ConfigurationDocument(text: text, named: "fuzz.yaml")
        _ = try ServerConfiguration(document: document, environment: ["HOME": "/root", "EMPTY": ""])
    } catch {
        precondition(!error.problems.isEmpty, "A refusal says what is wrong.")
        for problem in error.problems { _ = "\(problem)" }
    }
}

/// Lines of a file of records, as they are shown.
func readRecords(_ input: Input) {
    for line in input.bytes.split(separator: UInt8(ascii: "\n")) {
        guard let record = try? JSONDecoder().decode(RecordLine.self, from: Data(line)) else { continue }
        _ = RecordTable.rows(record)
    }
}
