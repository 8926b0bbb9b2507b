/// Something that holds for a file. Its check gives what is wrong, one sentence each.
struct TidyRule: Sendable {
    let name: String
    /// The files that it is about.
    var concerns: @Sendable (SourceFile) -> Bool = { _ in true }
    let check: @Sendable (SourceFile) -> [String]

    func faults(in file: SourceFile) -> [String] {
        concerns(file) ? check(file).map { "\(file.path)\($0)" } : []
    }

    func faults(in files: [SourceFile]) -> [String] {
        files.flatMap(faults)
    }

    /// A rule that forbids words in code, whole or as part of a word.
    static func forbids(
        _ name: String, words: [String], in concerns: @escaping @Sendable (SourceFile) -> Bool
    ) -> TidyRule {
        TidyRule(name: name, concerns: concerns) { file in
            let words = file.present(words)
            return words.isEmpty ? [] : found(words, in: file.code)
        }
    }

    /// Where the words stand.
    static func found(_ words: [String], in lines: [some StringProtocol]) -> [String] {
        lines.enumerated().flatMap { place, line in
            words.filter { contains(String(line), $0) }.map { ":\(place + 1): \($0)" }
        }
    }

    /// Whether the line has the word, not as the end or the beginning of a longer one.
    static func contains(_ line: String, _ word: String) -> Bool {
        line.ranges(of: word).contains { range in
            let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
            let after = range.upperBound < line.endIndex ? line[range.upperBound] : " "
            let startsWord = word.first?.isIdentifier != true || !before.isIdentifier
            return startsWord && (word.last?.isIdentifier != true || !after.isIdentifier)
        }
    }
}

extension Character {
    fileprivate var isIdentifier: Bool { isLetter || isNumber || self == "_" }
}
