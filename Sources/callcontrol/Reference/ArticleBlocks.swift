/// The generated blocks of an article: each stands between `<!-- options: SECTION -->` or `<!-- metrics: GROUP -->` and
/// `<!-- end -->`, each of these on a line of its own.
enum ArticleBlocks {
    /// A block that cannot be generated.
    struct Invalid: Error, CustomStringConvertible {
        /// Of the block's first line, from 1.
        var line: Int
        var text: String
        var description: String { "\(line): \(text)" }
    }

    private static let end = "<!-- end -->"

    /// The names of the blocks in the text, such as `options: limits`.
    static func names(in text: String) -> [String] { text.split(separator: "\n").compactMap(name) }

    /// The text with all blocks as they are to be.
    static func filled(_ text: String) throws(Invalid) -> String {
        var lines: [Substring] = []
        var open: Int?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let start = open {
                guard name(line) == nil else { throw Invalid(line: start, text: "the block has no \(end)") }
                guard line == end else { continue }
                open = nil
            }
            lines.append(line)
            guard let name = name(line) else { continue }
            guard let block = block(name) else { throw Invalid(line: index + 1, text: "unknown block \"\(name)\"") }
            lines += [""] + block.split(separator: "\n", omittingEmptySubsequences: false) + [""]
            open = index + 1
        }
        if let open { throw Invalid(line: open, text: "the block has no \(end)") }
        return lines.joined(separator: "\n")
    }

    private static func name(_ line: Substring) -> String? {
        guard line.hasPrefix("<!-- options: ") || line.hasPrefix("<!-- metrics: "), line.hasSuffix(" -->") else {
            return nil
        }
        return String(line.dropFirst(5).dropLast(4))
    }

    private static func block(_ name: String) -> String? {
        let words = name.split(separator: " ").map(String.init)
        guard words.count == 2 else { return nil }
        return words[0] == "options:" ? OptionTable.text(words[1]) : MetricTable.text(words[1])
    }
}
