import ArgumentParser

struct OptionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "options",
        abstract: "Lists the options of the configuration.",
        discussion: """
            Each with its type and unit, its bounds, its default, its variable in the environment, and what it means. \
            A path such as limits or switch.dns lists those below it.
            """)

    @Argument(help: "Where the options stand, such as limits; all of them where it is left out.")
    var path = ""

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() throws {
        let found = Self.options(below: path)
        guard !found.isEmpty else {
            Console.standard.note(
                "unknown option \"\(path.shown)\": expected one of \(OptionTable.sections.joined(separator: ", ")), "
                    + "or the path of an option")
            throw ExitCode(64)
        }
        for (index, option) in found.enumerated() {
            if json {
                try Console.standard.line(option.json.text)
            } else {
                if index > 0 { try Console.standard.line() }
                for line in option.lines(width: Console.standard.width) { try Console.standard.line(line) }
            }
        }
    }

    /// Options of lists follow their list, as `switch.dns[].type`.
    static func options(below path: String) -> [OptionReference] {
        ConfigurationOptions.rows.flatMap { row -> [OptionReference] in
            switch row {
            case .option: return [row.reference]
            case .list(let list):
                return [row.reference]
                    + list.entries.map { entry in
                        var entry = entry
                        entry.path = "\(list.path)[].\(entry.path)"
                        return entry
                    }
            }
        }.filter {
            path.isEmpty || $0.path == path || $0.path.hasPrefix("\(path).") || $0.path.hasPrefix("\(path)[]")
        }
    }
}

extension OptionReference {
    fileprivate var variable: String? { hasVariable ? ConfigurationOptions.variable(of: path) : nil }

    /// The default in a sentence, without marks of Markdown.
    private var plainDefault: String { shownDefault.replacing("`", with: "") }

    /// Without marks of Markdown, and with articles by their names.
    private var plainHelp: String {
        help.replacing(#/<doc:([A-Za-z]+)>/#) { "article \($0.1)" }.replacing("`", with: "")
    }

    /// For people.
    fileprivate func lines(width: Int) -> [String] {
        var facts = ["\(typeWithUnit)"]
        if !bounds.isEmpty { facts.append(bounds.replacing("`", with: "")) }
        if !kind.isEmpty { facts.append("kind \(kind) alone") }
        facts.append(plainDefault == "must be given" ? plainDefault : "default \(plainDefault)")
        if reload == .reopened { facts.append("SIGHUP opens the file anew") }
        return ["\(path)"] + wrapped(facts.joined(separator: "; "), width)
            + (variable.map { ["    \($0)"] } ?? []) + wrapped(plainHelp, width)
    }

    private func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count < width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append("    \(word)")
            }
        }
        return lines
    }

    /// Members that an option does not have are left out.
    fileprivate var json: JSON {
        var members: [(key: String, value: JSON)] = [("option", .string(path)), ("type", .string(type))]
        if !unit.isEmpty { members.append(("unit", .string(unit))) }
        if !bounds.isEmpty { members.append(("bounds", .string(bounds.replacing("`", with: "")))) }
        if !kind.isEmpty { members.append(("kind", .string(kind))) }
        members.append(("default", .string(isStandardInWords ? plainDefault : standard)))
        if let variable { members.append(("variable", .string(variable))) }
        members.append(("reload", .string(reload.rawValue)))
        members.append(("help", .string(plainHelp)))
        return .object(members)
    }
}
