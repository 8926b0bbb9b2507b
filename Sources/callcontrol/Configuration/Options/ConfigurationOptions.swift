/// The table of options: one row for each key of the configuration, by section.
///
/// A new option is one row here, and the property of ``ServerConfiguration`` that holds its default and its value.
enum ConfigurationOptions {
    typealias Option = ConfigurationOption<ServerConfiguration>
    typealias List = ConfigurationList

    /// In the order of the article Configuration.
    static let rows = server + access + telephony + recording + media + records + log + limits

    static let options: [Option] = rows.compactMap { if case .option(let option) = $0 { option } else { nil } }
    static let lists: [List] = rows.compactMap { if case .list(let list) = $0 { list } else { nil } }

    /// The whole document, and where its keys lead.
    static let root: ConfigurationGroup = {
        var (options, lists) = (0, 0)
        let leaves = rows.map { row -> (path: String, child: ConfigurationGroup.Child) in
            switch row {
            case .option:
                defer { options += 1 }
                return (row.path, .option(options))
            case .list:
                defer { lists += 1 }
                return (row.path, .list(lists))
            }
        }
        return ConfigurationGroup("", leaves)
    }()

    // MARK: The environment

    /// The variables of the environment that are ours begin with it, and with the name of a section after it.
    static let variablePrefix = "CALLCONTROL_"

    /// `server.keep-alive` is `CALLCONTROL_SERVER_KEEP_ALIVE`.
    static func variable(of path: String) -> String {
        variablePrefix + String(path.map { $0 == "." || $0 == "-" ? "_" : $0 }).uppercased()
    }

    /// The path of the option whose value is stored there.
    static func path(of value: any PartialKeyPath<ServerConfiguration> & Sendable) -> String {
        options.first { $0.value == value }?.path ?? ""
    }
}

/// Gathers rows of the table.
@resultBuilder enum ConfigurationRows {
    static func buildExpression(_ option: ConfigurationOption<ServerConfiguration>) -> [ConfigurationRow] {
        [.option(option)]
    }

    static func buildExpression(_ list: ConfigurationList) -> [ConfigurationRow] { [.list(list)] }

    static func buildBlock(_ rows: [ConfigurationRow]...) -> [ConfigurationRow] { rows.flatMap(\.self) }
}
