/// What the cases of an enumeration mean: the comments that stand before them in its source.
struct CaseMeanings {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private let name: String
    private var meanings: [String: String] = [:]

    init(of name: String, in source: String) {
        self.name = name
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0.contains("enum \(name):") }) else { return }
        var comment: [Substring] = []
        for line in lines[(start + 1)...].prefix(while: { $0 != "}" }) {
            let words = line.drop { $0 == " " }
            if words.hasPrefix("/// ") {
                comment.append(words.dropFirst(4))
            } else {
                if words.hasPrefix("case ") {
                    for word in words.dropFirst(5).split(separator: ",") {
                        meanings[word.filter { $0 != " " }] = comment.joined(separator: " ")
                    }
                }
                comment = []
            }
        }
    }

    /// - Throws: ``Missing`` where the source has no comment before the case.
    func callAsFunction(_ value: some Equatable) throws -> String {
        guard let meaning = meanings["\(value)"], !meaning.isEmpty else {
            throw Missing(description: "\(name).\(value) has no comment that says what it means.")
        }
        return meaning
    }
}
