import Foundation
import Testing

@testable import callcontrol

@Suite struct `The article Records` {
    private static let article: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appending(path: "Sources/callcontrol/callcontrol.docc/Records.md")
        return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    }()

    private static func example(_ kind: String) -> String? {
        article.components(separatedBy: "```\(kind)\n").dropFirst().first?.components(separatedBy: "```").first
    }

    private static var line: String { JSON(RecordFixture.record("r1")).text }

    @Test func `has an example that is what is written`() throws {
        let example = try #require(Self.example("json"))
        let shown = try JSONSerialization.jsonObject(with: Data(example.utf8)) as? NSDictionary
        let written = try JSONSerialization.jsonObject(with: Data(Self.line.utf8)) as? NSDictionary
        #expect(shown != nil && shown == written)
    }

    @Test func `shows the table as it is printed`() throws {
        let record = try JSONDecoder().decode(RecordLine.self, from: Data(Self.line.utf8))
        let table = ([RecordTable.head] + RecordTable.rows(record)).joined(separator: "\n")
        #expect(Self.example("text") == "\(table)\n")
    }

    @Test func `names every key`() throws {
        let object = try JSONSerialization.jsonObject(with: Data(Self.line.utf8))
        for key in Self.keys(of: object).union(["reason", "warning", "omitted", "lists"]) {
            #expect(Self.article.contains("`\(key)`"), "\(key)")
        }
    }

    /// All but those that clients have chosen.
    private static func keys(of value: Any) -> Set<String> {
        if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(keys(of: $1)) } }
        guard let object = value as? [String: Any] else { return [] }
        return object.reduce(into: Set(object.keys)) { all, member in
            if !["reasons", "extensions"].contains(member.key) { all.formUnion(keys(of: member.value)) }
        }
    }
}
