import CallControl
import Foundation
import Testing

@testable import callcontrol

@Suite struct `The article Configuration` {
    static let article: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "Sources/CallControl/CallControl.docc/Configuration.md")
        return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    }()

    @Test func `has an example that is sound`() throws {
        let parts = Self.article.components(separatedBy: "```yaml\n")
        let example = try #require(parts.last?.components(separatedBy: "```").first)
        #expect(try configuration(example).engine.dns.count == 4)
    }

    @Test func `marks as later just what has no effect`() {
        let marked = Self.article.split(separator: "\n").filter { $0.contains("*later*") }.compactMap { row in
            row.split(separator: "`").dropFirst().first.map(String.init)
        }
        let keys = AcceptedWithoutEffect.keys.map { $0.split(separator: ".").last.map(String.init) ?? "" }
        #expect(Set(marked) == Set(keys))
    }
}
