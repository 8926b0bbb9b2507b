import ArgumentParser
import Foundation

/// For this package's own scripts: fills the generated blocks of articles.
struct ArticlesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "articles",
        abstract: "Writes the tables of options and metrics into articles.",
        discussion: """
            Fills what stands between <!-- options: SECTION --> or <!-- metrics: GROUP --> and <!-- end --> in each \
            file. Prints the files that it has changed, or with --check those that it would change, and then exits 1.
            """,
        shouldDisplay: false)

    @Flag(help: "Change nothing.")
    var check = false

    @Argument(help: "Markdown files.")
    var files: [String]

    func run() throws {
        var isStale = false
        for file in files {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let filled: String
            do {
                filled = try ArticleBlocks.filled(text)
            } catch {
                Console.standard.note("\(file):\(error)")
                throw ExitCode(1)
            }
            guard filled != text else { continue }
            isStale = true
            if !check { try Data(filled.utf8).write(to: URL(filePath: file)) }
            try Console.standard.line(check ? "\(file): stale; scripts/docs writes it anew" : "\(file): written anew")
        }
        if check, isStale { throw ExitCode(1) }
    }
}
