import CallControl
import Foundation
import Testing

@testable import callcontrol

@Suite struct `The article Configuration` {
    static let article: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "Sources/callcontrol/callcontrol.docc/Configuration.md")
        return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    }()

    @Test func `has an example that is sound`() throws {
        let parts = Self.article.components(separatedBy: "```yaml\n")
        let example = try #require(parts.last?.components(separatedBy: "```").first)
        #expect(try configuration(example).engine.dns.count == 4)
    }
}
