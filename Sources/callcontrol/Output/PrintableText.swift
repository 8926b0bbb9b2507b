extension String {
    /// At least so many characters wide.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    /// Without what would move a terminal's cursor: what others have sent is text, not orders.
    var printable: String {
        guard unicodeScalars.contains(where: \.isOrder) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0.isOrder ? "\u{FFFD}" : $0 }))
    }
}

extension Unicode.Scalar {
    fileprivate var isOrder: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
