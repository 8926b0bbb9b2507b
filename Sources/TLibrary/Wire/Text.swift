/// UTF-8 in frames and lists.
extension Span<UInt8> {
    /// Whether these bytes are well-formed UTF-8: no overlong form, no surrogate, nothing cut short.
    @inline(__always)
    func isText(_ range: Range<Int>) -> Bool {
        do {
            _ = try UTF8Span(validating: extracting(range))
            return true
        } catch {
            return false
        }
    }
}

extension String {
    /// The text of bytes that have been checked to be UTF-8.
    init(checked bytes: Span<UInt8>, _ range: Range<Int>) {
        guard let text = try? UTF8Span(validating: bytes.extracting(range)) else {
            preconditionFailure("Text was read from bytes that were not checked.")
        }
        self.init(copying: text)
    }
}
