/// Values as they were written, by the options that they are of: of the whole document, or of one entry of a list.
struct ConfigurationSection {
    enum Content {
        case scalar(ConfigurationScalar)
        /// A list or a mapping, where one value belongs.
        case collection
    }

    struct Value {
        var content: Content
        /// Of its key, from 1.
        var line: Int
        /// The variable of the environment that it comes from, if it does.
        var variable: String?
    }

    private enum Origin {
        case document
        case entry(list: String, index: Int)
    }

    private var origin: Origin
    /// By the index of their option.
    private(set) var values: [Value?]
    /// Keys that no option has.
    private(set) var unknown: [(key: String, line: Int)] = []
    /// Where its mappings begin, by their path; of an entry by the empty path.
    private(set) var lines: [(path: String, line: Int)] = []

    /// The whole document.
    init(options count: Int) {
        origin = .document
        values = Array(repeating: nil, count: count)
    }

    /// The entries of a list, one after another.
    init(list: String, options count: Int) {
        origin = .entry(list: list, index: -1)
        values = Array(repeating: nil, count: count)
    }

    /// Begins the entry with that index.
    mutating func begin(_ index: Int, line: Int) {
        guard case .entry(let list, _) = origin else { return }
        origin = .entry(list: list, index: index)
        for place in values.indices { values[place] = nil }
        if !unknown.isEmpty { unknown = [] }
        lines = [("", line)]
    }

    mutating func begin(group path: String, line: Int) { lines.append((path, line)) }

    mutating func set(_ index: Int, _ value: Value) { values[index] = value }

    mutating func addUnknown(_ key: String, line: Int) { unknown.append((key, line)) }

    /// Such as `switch.dns[3]`; empty for the document.
    var path: String {
        switch origin {
        case .document: ""
        case .entry(let list, let index): "\(list)[\(index)]"
        }
    }

    /// Such as `limits.frame`, or `switch.dns[3].type`.
    func path(of option: String) -> String {
        let path = path
        return path.isEmpty ? option : "\(path).\(option)"
    }

    /// Where the option's mapping begins; `nil` where it is not there.
    func line(around option: String) -> Int? {
        let group = option.lastIndex(of: ".").map { option[..<$0] } ?? ""
        return lines.last { $0.path == group }?.line
    }
}
