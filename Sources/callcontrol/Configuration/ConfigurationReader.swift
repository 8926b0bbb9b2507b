import Yams

/// One reading of a configuration: what was asked for, and what was found wrong on the way.
final class ConfigurationReader {
    /// Problems kept; of a file that is wrong throughout, the first ones say enough.
    static let maximumProblems = 100
    /// The variables of the environment that are ours begin with it, and with the name of a section after it.
    static let prefix = "CALLCONTROL_"

    private let file: String
    private let environment: [String: String]
    private var problems: [ConfigurationProblem] = []
    private var unshown = 0
    /// By the path of a mapping: the keys that were asked for, in that order.
    private var known: [String: [String]] = [:]
    /// Keys of the file that nobody had asked for when their mapping was found, with the path of their mapping, that
    /// under which its keys are known, and their line.
    private var found: [(path: String, shape: String, key: String, line: Int?)] = []
    /// Files and directories that the server will need.
    private(set) var paths: [RequiredPath] = []

    init(file: String, environment: [String: String]) {
        self.file = file
        self.environment = environment.filter { $0.key.hasPrefix(Self.prefix) }
    }

    /// Ends the reading.
    func finish() throws(ConfigurationError) {
        reportUnknownKeys()
        reportUnknownVariables()
        guard !problems.isEmpty else { return }
        let shown = problems.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        throw ConfigurationError(problems: shown.map(\.element), unshown: unshown)
    }

    func report(_ place: ConfigurationProblem.Place, key: String, _ text: String) {
        guard problems.count < Self.maximumProblems else {
            unshown += 1
            return
        }
        problems.append(.init(place: place, key: key, text: text))
    }

    func require(_ path: RequiredPath) { paths.append(path) }

    func place(line: Int?) -> ConfigurationProblem.Place { line.map { .line(file, $0) } ?? .file(file) }

    // MARK: The environment

    /// `server.keep-alive` is `CALLCONTROL_SERVER_KEEP_ALIVE`.
    func variableName(_ path: String) -> String {
        let words = path.map { $0 == "." || $0 == "-" ? "_" : $0.uppercased() }
        return Self.prefix + words.joined()
    }

    func variable(_ path: String) -> String? { environment[variableName(path)] }

    // MARK: Which keys there are

    func know(_ key: String, in path: String) {
        guard known[path]?.contains(key) != true else { return }
        known[path, default: []].append(key)
    }

    /// - Parameter shape: the path under which the mapping's keys are known: its own, or one for all entries of a list.
    func entries(of mapping: Node.Mapping?, path: String, shape: String) -> [String: (key: Node, value: Node)] {
        guard let mapping else { return [:] }
        var entries: [String: (key: Node, value: Node)] = [:]
        let known = known[shape] ?? []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                report(place(line: key.mark?.line), key: path, "a key must be a word")
                continue
            }
            entries[name] = (key, value)
            if !known.contains(name) { found.append((path, shape, name, key.mark?.line)) }
        }
        return entries
    }

    private func reportUnknownKeys() {
        for (path, shape, key, line) in found where known[shape]?.contains(key) != true {
            let keys = (known[shape] ?? []).joined(separator: ", ")
            let full = path.isEmpty ? key : "\(path).\(key)"
            report(place(line: line), key: full.shown, "unknown key; the keys here are \(keys)")
        }
    }

    /// A variable that begins like one of ours but names no option is a slip of the pen.
    private func reportUnknownVariables() {
        guard !environment.isEmpty else { return }
        // The entries of a list have none.
        let variables = known.filter { !$0.key.contains("[") }.flatMap { path, keys in
            keys.map { variableName(path.isEmpty ? $0 : "\(path).\($0)") }
        }
        let options = Set(variables)
        let sections = (known[""] ?? []).map { variableName($0) + "_" }
        for name in environment.keys.sorted() where !options.contains(name) {
            guard sections.contains(where: name.hasPrefix) else { continue }
            report(.variable(name), key: "", "unknown option; the article Configuration names all of them")
        }
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
