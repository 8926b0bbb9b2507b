import CallControl
import Foundation
import Testing

@testable import callcontrol

/// The articles of all catalogues, by their paths.
enum Articles {
    static let all: [(path: String, text: String)] = {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let sources = root.appending(path: "Sources")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)?.allObjects ?? []
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "md" }.sorted { $0.path < $1.path }
            .compactMap { file in (try? String(contentsOf: file, encoding: .utf8)).map { (file.path, $0) } }
    }()

    static func named(_ name: String) -> String? { all.first { $0.path.hasSuffix("/\(name).md") }?.text }
}

@Suite struct `The article Configuration` {
    @Test func `has an example that is sound`() throws {
        let parts = try #require(Articles.named("Configuration")).components(separatedBy: "```yaml\n")
        let example = try #require(parts.last?.components(separatedBy: "```").first)
        #expect(try configuration(example).engine.dns.count == 4)
    }
}

@Suite struct `Generated blocks of articles` {
    @Test func `are what the tables of options and metrics say`() throws {
        for article in Articles.all {
            let filled = try ArticleBlocks.filled(article.text)
            #expect(filled == article.text, "\(article.path) is stale; scripts/docs writes it anew")
        }
    }

    @Test func `show each option and each metric once`() {
        let names = Articles.all.flatMap { ArticleBlocks.names(in: $0.text) }
        let wanted =
            OptionTable.sections.map { "options: \($0)" } + ProgramMetrics.groups.map { "metrics: \($0.name)" }
        #expect(names.sorted() == wanted.sorted())
    }

    @Test func `are filled between their marks, and nothing else is changed`() throws {
        let table = try #require(OptionTable.text("switch.agents"))
        let block = "<!-- options: switch.agents -->\n\n\(table)\n\n<!-- end -->"
        #expect(
            try ArticleBlocks.filled("# A\n\n<!-- options: switch.agents -->\nold\n<!-- end -->\n\nB\n")
                == "# A\n\n\(block)\n\nB\n")
        #expect(try ArticleBlocks.filled("a\n\(block)\n\(block)\n") == "a\n\(block)\n\(block)\n")
        #expect(try ArticleBlocks.filled("<!-- a note -->\n<!-- end -->\n") == "<!-- a note -->\n<!-- end -->\n")
    }

    @Test(arguments: [
        ("\n<!-- options: nothing -->\n<!-- end -->", "2: unknown block \"options: nothing\""),
        ("<!-- metrics: options -->\n<!-- end -->", "1: unknown block \"metrics: options\""),
        ("<!-- options: log -->\n", "1: the block has no <!-- end -->"),
        ("<!-- options: log -->\n<!-- options: access -->\n<!-- end -->", "1: the block has no <!-- end -->"),
    ])
    func `are refused where they are unknown or have no end`(text: String, problem: String) {
        let error = #expect(throws: ArticleBlocks.Invalid.self) { try ArticleBlocks.filled(text) }
        #expect(error?.description == problem)
    }
}
