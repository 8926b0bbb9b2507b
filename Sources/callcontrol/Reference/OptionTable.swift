/// The options of one section as the article Configuration shows them.
enum OptionTable {
    /// The sections that there are: groups at the top, and lists.
    static var sections: [String] {
        ConfigurationOptions.root.children.map(\.key) + ConfigurationOptions.lists.map(\.path)
    }

    /// - Parameter section: such as `limits`, or `switch.dns` for the entries of the list.
    /// - Returns: `nil` where there is no such section.
    static func text(_ section: String) -> String? {
        if let list = ConfigurationOptions.lists.first(where: { $0.path == section }) { return table(list.entries) }
        let prefix = section + "."
        let rows = ConfigurationOptions.rows.filter { $0.path.hasPrefix(prefix) }.map { row in
            var reference = row.reference
            reference.path.removeFirst(prefix.count)
            return reference
        }
        return rows.isEmpty ? nil : table(rows)
    }

    private static func table(_ options: [OptionReference]) -> String {
        var table = ArticleTable("key", "kind", "type", "default", "bounds", "SIGHUP", "meaning")
        for option in options {
            table.add(
                "`\(option.path)`", option.kind.isEmpty ? "" : "`\(option.kind)`", option.typeWithUnit,
                option.shownDefault,
                option.bounds, option.reload == .reopened ? "opens the file anew" : "", option.help)
        }
        return table.text
    }
}

extension OptionReference {
    /// Such as `number of seconds`.
    var typeWithUnit: String { unit.isEmpty ? type : "\(type) of \(unit)" }

    /// The default as an article shows it.
    var shownDefault: String {
        if isStandardInWords || type == "number" { return standard }
        return standard.isEmpty ? "empty" : "`\(standard)`"
    }
}
