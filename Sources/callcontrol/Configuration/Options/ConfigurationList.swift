import TLibrary

/// A key whose value is a list of mappings. Entries are read one by one as the parser reaches them, so that a list of
/// any length takes no memory but that of its values.
final class ConfigurationList: Sendable {
    let path: String
    /// The keys of its entries, in the order of their options.
    let keys: [String]
    /// The most entries that it may have.
    let limit: Int
    let reference: OptionReference
    /// The options of its entries.
    let entries: [OptionReference]
    /// Empties the list that is there by default.
    let begin: @Sendable (inout ServerConfiguration) -> Void
    /// Reads one entry, and appends it where its name is new.
    let read: @Sendable (ConfigurationSection, ConfigurationReader, inout ServerConfiguration) -> Void

    /// - Parameters:
    ///   - entry: an entry with nothing given.
    ///   - kind: what tells which options the entry has; `nil`: it has all.
    ///   - name: what no two entries may have the same; its option must come first.
    ///   - check: what is wrong with the entry as a whole, and with which option.
    init<Entry: Sendable>(
        _ path: String, of options: [ConfigurationOption<Entry>], _ entry: Entry, default standard: String = "none",
        limit: Int = .max, kind: (@Sendable (Entry) -> String)? = nil,
        name: (@Sendable (Entry) -> String)? = nil,
        check: @escaping @Sendable (Entry) -> (option: any PartialKeyPath<Entry> & Sendable, text: String)? = { _ in nil
        },
        begin: @escaping @Sendable (inout ServerConfiguration) -> Void,
        append: @escaping @Sendable (Entry, inout ServerConfiguration) -> Void, _ help: String
    ) {
        self.path = path
        self.limit = limit
        self.begin = begin
        keys = options.map(\.path)
        entries = options.map { $0.reference(entry) }
        reference = OptionReference(
            path: path, kind: "", type: "list", unit: "", standard: standard, isStandardInWords: true,
            bounds: limit == .max ? "" : "\(limit) entries at most", reload: .restart, help: help)
        read = { section, reader, configuration in
            var value = entry
            reader.read(options, of: section, kind: kind, into: &value)
            if let problem = check(value), let index = options.firstIndex(where: { $0.value == problem.option }) {
                reader.report(section, index, keys: options.map(\.path), problem.text)
            }
            if let name, !reader.isFirst(name(value), of: section, key: options[0].path) { return }
            append(value, &configuration)
        }
    }
}

/// A row of the table of options.
enum ConfigurationRow: Sendable {
    case option(ConfigurationOption<ServerConfiguration>)
    case list(ConfigurationList)

    var path: String {
        switch self {
        case .option(let option): option.path
        case .list(let list): list.path
        }
    }

    var reference: OptionReference {
        switch self {
        case .option(let option):
            var reference = option.reference(ServerConfiguration())
            reference.hasVariable = true
            return reference
        case .list(let list): return list.reference
        }
    }
}
