/// A table of Markdown. Columns without any text are left out.
struct ArticleTable {
    let columns: [String]
    private(set) var rows: [[String]] = []

    init(_ columns: String...) {
        self.columns = columns
    }

    mutating func add(_ cells: String...) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }

    var text: String {
        let used = columns.indices.filter { column in rows.contains { !$0[column].isEmpty } }
        func line(_ cells: [String]) -> String { "| " + used.map { cells[$0] }.joined(separator: " | ") + " |" }
        let rule = "| " + used.map { _ in "---" }.joined(separator: " | ") + " |"
        return ([line(columns), rule] + rows.map(line)).joined(separator: "\n")
    }
}
