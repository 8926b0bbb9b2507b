/// A table of Markdown.
struct MarkdownTable {
    let columns: [String]
    private(set) var rows: [[String]] = []

    init(_ columns: String...) {
        self.init(columns: columns)
    }

    init(columns: [String]) {
        self.columns = columns
    }

    mutating func add(_ cells: String...) {
        add(cells)
    }

    mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }

    /// Without the columns that are empty in every row.
    var text: String {
        let used = columns.indices.filter { place in rows.contains { !$0[place].isEmpty } }
        func line(_ cells: [String]) -> String { "| " + used.map { cells[$0] }.joined(separator: " | ") + " |" }
        let rule = "| " + used.map { _ in "---" }.joined(separator: " | ") + " |"
        return ([line(columns), rule] + rows.map(line)).joined(separator: "\n")
    }
}

extension Sequence<String> {
    /// As code, with commas.
    var listed: String { map { "`\($0)`" }.joined(separator: ", ") }
}
