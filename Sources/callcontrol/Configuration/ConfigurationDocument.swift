import Foundation
import Yams

/// The text of a configuration file as a tree whose nodes know their lines.
///
/// A file is read up to ``maximumSize``. Anchors and aliases are refused before a tree is built, so that no small file
/// unfolds into a large one. Scalars stay text: what `5001` or `true` means is the key's to say.
struct ConfigurationDocument {
    static let maximumSize = 16 * 1_024 * 1_024

    let file: String
    /// `nil` for an empty file: every option keeps its default.
    let root: Node?

    init(file: String) throws(ConfigurationError) {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw Self.unreadable(file, "cannot be opened; give the path of a YAML file that this user may read")
        }
        defer { try? handle.close() }
        let data: Data
        do {
            data = try handle.read(upToCount: Self.maximumSize + 1) ?? Data()
        } catch {
            throw Self.unreadable(file, "cannot be read; give the path of a YAML file, not of a directory")
        }
        guard data.count <= Self.maximumSize else {
            throw Self.unreadable(file, "is over 16 MiB, the bound of a configuration")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Self.unreadable(file, "is not UTF-8 text")
        }
        try self.init(text: text, named: file)
    }

    init(text: String, named file: String) throws(ConfigurationError) {
        self.file = file
        if let line = YAMLAliasDetector.firstLine(of: text) {
            throw ConfigurationError(problems: [
                .init(
                    place: .line(file, line), key: "",
                    text: "anchors and aliases (&name, *name) are not read here; write the value out")
            ])
        }
        do {
            root = try Yams.Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw ConfigurationError(problems: [Self.problem(error, file: file)])
        } catch {
            throw Self.unreadable(file, "is not YAML")
        }
    }

    /// The whole document as the section that holds the others.
    func top(for reading: ConfigurationReader) -> ConfigurationSection {
        if let root, root.mapping == nil, root.scalar?.string.isEmpty != true {
            reading.report(
                reading.place(line: root.mark?.line), key: "",
                "must be a mapping; its keys are server, access, switch, recording, media, records, log and limits")
        }
        return ConfigurationSection(reading, path: "", mapping: root?.mapping, line: nil, hasVariables: true)
    }

    private static func unreadable(_ file: String, _ text: String) -> ConfigurationError {
        ConfigurationError(problems: [.init(place: .file(file), key: "", text: text)])
    }

    /// Says the parser's word and its line, and leaves out the line's text, which may hold a password.
    private static func problem(_ error: YamlError, file: String) -> ConfigurationProblem {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .init(place: .line(file, mark.line), key: "", text: "is not YAML: \(problem)")
        case .reader(let problem, let offset, _, let yaml):
            .init(
                place: .line(file, yaml.prefix(offset ?? 0).count(where: \.isNewline) + 1), key: "",
                text: "is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            .init(
                place: .line(file, context.mark.line), key: keys.first ?? "",
                text: "is given twice in one mapping; once would be right")
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            .init(place: .file(file), key: "", text: "is not YAML")
        }
    }
}
