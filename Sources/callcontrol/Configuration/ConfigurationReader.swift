import TLibrary

/// One reading of a configuration: the file, the environment over it, and all that is wrong with them.
final class ConfigurationReader {
    /// Problems kept; of a file that is wrong throughout, the first ones say enough.
    static let maximumProblems = 100

    private let file: String
    private var problems: [ConfigurationProblem] = []
    private var unshown = 0
    /// Files and directories that the server will need.
    private(set) var paths: [RequiredPath] = []
    /// What the document and the environment give.
    private(set) var document = ConfigurationSection(options: ConfigurationOptions.options.count)
    /// Names of the entries of the list that is being read, each with its line.
    private var names: [ExactText: Int] = [:]

    init(file: String) {
        self.file = file
    }

    /// Reads both into the configuration, option by option; checks that concern several of them are the caller's.
    func read(
        _ document: ConfigurationDocument, environment: [String: String], into configuration: inout ServerConfiguration
    ) throws(ConfigurationError) {
        do throws(YAMLEventError) {
            let events = try YAMLEventReader(document.text)
            try readDocument(events, into: &configuration)
        } catch {
            throw ConfigurationError(problems: [.init(place: place(line: error.line), key: "", text: error.text)])
        }
        readVariables(environment.filter { $0.key.hasPrefix(ConfigurationOptions.variablePrefix) })
        read(ConfigurationOptions.options, of: self.document, into: &configuration)
    }

    /// Ends the reading.
    func finish() throws(ConfigurationError) {
        guard !problems.isEmpty else { return }
        let shown = problems.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        throw ConfigurationError(problems: shown.map(\.element), unshown: unshown)
    }

    func beginGroup(_ path: String, line: Int) { document.begin(group: path, line: line) }

    func setOption(_ index: Int, _ value: ConfigurationSection.Value) { document.set(index, value) }

    // MARK: Problems

    func report(_ place: ConfigurationProblem.Place, key: String, _ text: @autoclosure () -> String) {
        guard problems.count < Self.maximumProblems else {
            unshown += 1
            return
        }
        problems.append(.init(place: place, key: key, text: text()))
    }

    func place(line: Int?) -> ConfigurationProblem.Place { line.map { .line(file, $0) } ?? .file(file) }

    /// Reports a value, or the place where one is missing.
    func report(_ section: ConfigurationSection, _ index: Int, keys: [String], _ text: @autoclosure () -> String) {
        let value = section.values[index]
        if let variable = value?.variable { return report(.variable(variable), key: "", text()) }
        let line = value?.line ?? section.line(around: keys[index])
        report(place(line: line), key: section.path(of: keys[index]), text())
    }

    // MARK: The environment

    private func readVariables(_ environment: [String: String]) {
        guard !environment.isEmpty else { return }
        var unknown = Set(environment.keys)
        for (index, option) in ConfigurationOptions.options.enumerated() {
            let name = ConfigurationOptions.variable(of: option.path)
            guard let text = environment[name] else { continue }
            unknown.remove(name)
            document.set(
                index, .init(content: .scalar(ConfigurationScalar(text: text, isQuoted: nil)), line: 0, variable: name))
        }
        func refuse(_ path: String, _ text: String) {
            if let name = unknown.remove(ConfigurationOptions.variable(of: path)) {
                report(.variable(name), key: "", text)
            }
        }
        for list in ConfigurationOptions.lists { refuse(list.path, "lists are read from the file alone") }
        for group in ConfigurationOptions.root.all { refuse(group.path, "names a group; expected one of its options") }
        // A variable that begins like one of ours but names no option is a slip of the pen.
        let sections = ConfigurationOptions.root.children.map { ConfigurationOptions.variable(of: $0.key) + "_" }
        for name in unknown.sorted() where sections.contains(where: name.hasPrefix) {
            report(.variable(name), key: "", "unknown option; `callcontrol options` lists all of them")
        }
    }

    // MARK: Values

    /// Reads what the section gives into the target, and reports what is invalid, missing or unknown.
    ///
    /// - Parameter kind: the kind that the target is of, once its first option is read; `nil`: options of all kinds are
    ///   read.
    func read<Target>(
        _ options: [ConfigurationOption<Target>], of section: ConfigurationSection,
        kind: ((Target) -> String)? = nil, into target: inout Target
    ) {
        for index in options.indices {
            let option = options[index]
            let value = section.values[index]
            if let kind, let needed = option.kind, needed != kind(target) {
                if let value { reportUnknown(option.path, value.line, section, options, kind(target)) }
                continue
            }
            if let value {
                if let problem = read(option, value, into: &target) {
                    report(section, index, keys: options.map(\.path), problem)
                }
            } else if option.isMandatory {
                report(section, index, keys: options.map(\.path), "is missing; each entry must have it")
            }
            if let use = option.requires { require(use, option, value, section, target) }
        }
        for (key, line) in section.unknown { reportUnknown(key, line, section, options, kind?(target)) }
    }

    /// - Returns: what is wrong with the value.
    private func read<Target>(
        _ option: ConfigurationOption<Target>, _ value: ConfigurationSection.Value, into target: inout Target
    ) -> String? {
        guard case .scalar(let scalar) = value.content else { return "must be one value, not a list or a mapping" }
        guard !scalar.isAbsent else { return "has no value; give one, or leave the key out for its default" }
        do throws(InvalidValue) {
            try option.read(scalar, &target)
            return nil
        } catch {
            let shown = option.isSecret ? "" : " \"\(scalar.text.shown)\""
            return "invalid value\(shown): expected \(error.expected ?? option.expected)"
        }
    }

    private func reportUnknown<Target>(
        _ key: String, _ line: Int, _ section: ConfigurationSection, _ options: [ConfigurationOption<Target>],
        _ kind: String?
    ) {
        report(
            place(line: line), key: section.path(of: key.shown),
            "unknown key; the keys here are "
                + options.filter { $0.kind == nil || $0.kind == kind }.map(\.path).joined(separator: ", "))
    }

    private func require<Target>(
        _ use: RequiredPath.Use, _ option: ConfigurationOption<Target>, _ value: ConfigurationSection.Value?,
        _ section: ConfigurationSection, _ target: Target
    ) {
        let path = option.text(target)
        guard !path.isEmpty else { return }
        let place =
            value?.variable.map { ConfigurationProblem.Place.variable($0) }
            ?? place(line: value?.line ?? section.line(around: option.path))
        paths.append(RequiredPath(place: place, key: section.path(of: option.path), use: use, path: path))
    }

    // MARK: Lists

    func beginNames() { names = [:] }

    /// Whether no entry before has that name; reports it where one has. An empty name is reported as such elsewhere.
    func isFirst(_ name: String, of section: ConfigurationSection, key: String) -> Bool {
        guard !name.isEmpty else { return false }
        let first = names.updateValue(section.line(around: key) ?? 0, forKey: ExactText(name))
        guard let first else { return true }
        names[ExactText(name)] = first
        report(
            place(line: section.values[0]?.line), key: section.path(of: key),
            "duplicate value \"\(name.shown)\": first on line \(first)")
        return false
    }
}
