/// A mapping of the document, and where each of its keys leads.
final class ConfigurationGroup: Sendable {
    enum Child: Sendable {
        case group(ConfigurationGroup)
        /// By its index among the options of the table.
        case option(Int)
        /// By its index among the lists of the table.
        case list(Int)
    }

    /// Such as `access.failures`; empty for the whole document.
    let path: String
    /// In the order of the table.
    let children: [(key: String, child: Child)]

    /// - Parameter leaves: those of the table below the path.
    init(_ path: String, _ leaves: [(path: String, child: Child)]) {
        self.path = path
        var children: [(key: String, child: Child)] = []
        var groups: [String: [(path: String, child: Child)]] = [:]
        for leaf in leaves {
            let rest = leaf.path.dropFirst(path.isEmpty ? 0 : path.count + 1)
            let key = String(rest.prefix { $0 != "." })
            if key.count == rest.count {
                children.append((key, leaf.child))
            } else {
                // Its place is that of its first option; what it leads to follows.
                if groups[key] == nil { children.append((key, leaf.child)) }
                groups[key, default: []].append(leaf)
            }
        }
        self.children = children.map { key, child in
            guard let leaves = groups[key] else { return (key, child) }
            return (key, .group(ConfigurationGroup(path.isEmpty ? key : "\(path).\(key)", leaves)))
        }
    }

    func child(_ key: String) -> Child? { children.first { $0.key == key }?.child }

    /// For an error about a key that it does not have.
    var keys: String { children.map(\.key).joined(separator: ", ") }

    /// This one and those below it.
    var all: [ConfigurationGroup] {
        [self]
            + children.flatMap { _, child -> [ConfigurationGroup] in
                if case .group(let group) = child { group.all } else { [] }
            }
    }
}
