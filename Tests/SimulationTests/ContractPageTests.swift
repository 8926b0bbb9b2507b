import Foundation
import Testing

@testable import contract_page

@Suite struct `The article Recording tables` {
    @Test func `says what the machine does now`() throws {
        let kept = try String(contentsOf: ContractPage.file, encoding: .utf8).components(separatedBy: "\n")
        let told = try ContractPage.text().components(separatedBy: "\n")
        let place = zip(kept, told).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        #expect(
            kept == told,
            """
            scripts/docs writes it anew. It differs in line \((place ?? min(kept.count, told.count)) + 1): \
            \(place.map { told[$0] } ?? "one is longer")
            """)
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
        enum Lamp { case on, off, broken, dim }
        let meanings = CaseMeanings(of: "Lamp", in: source)
        #expect(try meanings(Lamp.on) == "It burns, and is seen.")
        #expect(try meanings(Lamp.broken) == "Neither.")
        #expect(throws: CaseMeanings.Missing.self) { try meanings(Lamp.dim) }
    }
}
