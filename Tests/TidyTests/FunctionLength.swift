/// How long functions are, by their indentation: the lines from the declaration to the brace that closes it.
enum FunctionLength {
    static func longer(than limit: Int, in lines: [Substring]) -> [String] {
        lines.indices.compactMap { start in
            guard isDeclaration(lines[start]), let end = end(of: start, in: lines) else { return nil }
            let length = end - start + 1
            return length > limit ? ":\(start + 1): \(length) lines" : nil
        }
    }

    private static func isDeclaration(_ line: Substring) -> Bool {
        let code = CodeLine.strip(line)
        let words = ["func ", "init(", "init?(", "init<", "deinit", "subscript("]
        return words.contains { TidyRule.contains(code, $0) } && !code.contains("}") && !code.contains(".init(")
    }

    /// The first line after it that closes a brace at its own depth; a protocol's function has none.
    private static func end(of start: Int, in lines: [Substring]) -> Int? {
        let depth = indentation(lines[start])
        for place in lines.indices.dropFirst(start + 1) {
            let line = lines[place]
            guard line.contains(where: { $0 != " " }) else { continue }
            if indentation(line) == depth, line.hasPrefix(String(repeating: " ", count: depth) + "}") { return place }
            if indentation(line) < depth { return nil }
            // Another declaration at this depth before any brace: this one has no body.
            if indentation(line) == depth, isDeclaration(line) { return nil }
        }
        return nil
    }

    private static func indentation(_ line: Substring) -> Int {
        line.prefix { $0 == " " }.count
    }
}
