import CallModel
import Yams

/// One mapping of the file, with the environment over it, as the options of one kind are read from it.
///
/// A key that is asked for is known; ``ConfigurationReader/finish()`` reports those that nobody asked for. An option that is not
/// given keeps the value that it has.
struct ConfigurationSection {
    let reading: ConfigurationReader
    /// Such as `recording.private-messages`; empty for the whole document.
    let path: String
    /// Where the mapping begins.
    let line: Int?
    /// Whether its options can be given in the environment: those of a list's entries cannot.
    let hasVariables: Bool
    private let entries: [String: (key: Node, value: Node)]
    /// The path under which its keys are known.
    private let shape: String

    /// - Parameter shape: the path under which its keys are known, where it shares them with others; else its own.
    init(
        _ reading: ConfigurationReader, path: String, shape: String? = nil, mapping: Node.Mapping?, line: Int?,
        hasVariables: Bool
    ) {
        self.reading = reading
        self.path = path
        self.shape = shape ?? path
        self.line = line
        self.hasVariables = hasVariables
        entries = reading.entries(of: mapping, path: path, shape: self.shape)
    }

    /// `listen` of `server` is `server.listen`.
    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// Whether the option is given at all, well or badly.
    func isGiven(_ key: String) -> Bool { origin(of: key) != nil }

    // MARK: What a key may hold

    func section(_ key: String) -> ConfigurationSection {
        reading.know(key, in: shape)
        if hasVariables, reading.variable(path(of: key)) != nil {
            reading.report(
                .variable(reading.variableName(path(of: key))), key: "", "stands for a group; name one option of it")
        }
        let node = entries[key]?.value
        if let node, node.mapping == nil, !node.isAbsent {
            report(key, "must be a mapping of keys to values")
        }
        return ConfigurationSection(
            reading, path: path(of: key), mapping: node?.mapping, line: node?.mark?.line, hasVariables: hasVariables)
    }

    /// The entries of a list of mappings; `nil` where the key is not given.
    ///
    /// - Parameter isUniform: whether the same keys are asked of each entry, as of a list that may be long.
    func list(_ key: String, isUniform: Bool = false) -> [ConfigurationSection]? {
        reading.know(key, in: shape)
        if hasVariables, reading.variable(path(of: key)) != nil {
            reading.report(
                .variable(reading.variableName(path(of: key))), key: "", "lists are read from the file alone")
        }
        guard let node = entries[key]?.value else { return nil }
        guard let sequence = node.sequence else {
            report(key, "must be a list, one entry a line, each beginning with -")
            return nil
        }
        let listPath = path(of: key)
        let shape = isUniform ? "\(listPath)[]" : nil
        return sequence.enumerated().compactMap { place, entry in
            let entryPath = "\(listPath)[\(place)]"
            guard let mapping = entry.mapping else {
                reading.report(
                    reading.place(line: entry.mark?.line), key: entryPath, "must be a mapping, such as { key: value }")
                return nil
            }
            return ConfigurationSection(
                reading, path: entryPath, shape: shape, mapping: mapping, line: entry.mark?.line, hasVariables: false)
        }
    }

    /// The text of an option, where it is given and is one value.
    func scalar(_ key: String) -> Scalar? {
        reading.know(key, in: shape)
        if hasVariables, let text = reading.variable(path(of: key)) {
            return Scalar(text: text, isQuoted: nil)
        }
        guard let node = entries[key]?.value else { return nil }
        guard let scalar = node.scalar else {
            report(key, "must be one value, not a list or a mapping")
            return nil
        }
        guard !node.isAbsent else {
            report(key, "has no value; give one, or leave the key out for its default")
            return nil
        }
        return Scalar(text: scalar.string, isQuoted: scalar.style != .plain)
    }

    // MARK: Problems

    func report(_ key: String, _ text: String) {
        if let variable = originVariable(of: key) {
            reading.report(.variable(variable), key: "", text)
        } else {
            reading.report(reading.place(line: entries[key]?.key.mark?.line ?? line), key: path(of: key), text)
        }
    }

    /// Where the option was given, for a problem of another that it contradicts.
    func origin(of key: String) -> ConfigurationProblem.Place? {
        if let variable = originVariable(of: key) { return .variable(variable) }
        return entries[key].map { reading.place(line: $0.key.mark?.line) }
    }

    private func originVariable(of key: String) -> String? {
        guard hasVariables else { return nil }
        let path = path(of: key)
        return reading.variable(path) != nil ? reading.variableName(path) : nil
    }
}

/// One value, as it was written.
struct Scalar {
    var text: String
    /// Whether it stood in quotes; `nil` from the environment, where nothing tells.
    var isQuoted: Bool?
}

extension Node {
    /// Whether nothing is written where a value belongs.
    fileprivate var isAbsent: Bool {
        guard let scalar, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
}
