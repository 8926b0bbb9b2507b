/// One thing that is wrong with a configuration: where, with which key, and what would be right.
struct ConfigurationProblem: Equatable, CustomStringConvertible {
    /// Where a value was written.
    enum Place: Equatable {
        /// The file as a whole.
        case file(String)
        /// A line of the file, from 1.
        case line(String, Int)
        /// A variable of the environment.
        case variable(String)
    }

    var place: Place
    /// Such as `limits.frame`; empty where the problem is with no key.
    var key: String
    /// What is wrong, and what would be right. Never holds the value of a secret.
    var text: String

    var description: String {
        let where_ =
            switch place {
            case .file(let file): file
            case .line(let file, let line): "\(file):\(line)"
            case .variable(let name): name
            }
        return key.isEmpty ? "\(where_): \(text)" : "\(where_): \(key): \(text)"
    }

    /// The order in which problems are shown: the file's, from its first line to its last, then the environment's.
    var rank: Int {
        switch place {
        case .file: 0
        case .line(_, let line): line
        case .variable: .max
        }
    }
}

/// Everything that is wrong with a configuration.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    var problems: [ConfigurationProblem]
    /// How many more there were than are kept.
    var unshown = 0

    var description: String {
        let lines = problems.map(\.description) + (unshown == 0 ? [] : ["and \(unshown) more"])
        return lines.joined(separator: "\n")
    }
}

extension String {
    /// As it can be shown in a problem: on one line, and short.
    var shown: String {
        let line = unicodeScalars.prefix(60).map { $0.properties.isControl ? "\u{FFFD}" : String($0) }.joined()
        return unicodeScalars.count > 60 ? line + "…" : line
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control || generalCategory == .lineSeparator }
}
