import Foundation
import Testing

@testable import contract_page

@Suite struct `The article Recording tables` {
    @Test func `says what the machine does now`() throws {
        let kept = try String(contentsOf: ContractPage.file, encoding: .utf8).components(separatedBy: "\n")
        let told = try ContractPage.text().components(separatedBy: "\n")
        // What is expected is a line, for a failure shows it.
        let place = kept == told ? nil : zip(kept, told).prefix { $0.0 == $0.1 }.count
        let difference = place.map { "line \($0 + 1) is to be: \($0 < told.count ? told[$0] : "none")" }
        #expect(difference == nil, "scripts/docs writes it anew")
    }

    @Test func `wants a meaning for every case`() throws {
        let source = """
            /// What it is about.
            enum Lamp: CaseIterable {
                /// It burns,
                /// and is seen.
                case on
                /// Neither.
                case off, broken

                case dim
            }
            """
        enum RecordingIndicator { case on, off, broken, dim }
        let meanings = CaseMeanings(of: "Lamp", in: source)
        #expect(try meanings(RecordingIndicator.on) == "It burns, and is seen.")
        #expect(try meanings(RecordingIndicator.broken) == "Neither.")
        #expect(throws: CaseMeanings.Missing.self) { try meanings(RecordingIndicator.dim) }
    }
}
