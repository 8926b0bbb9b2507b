/// What the peer calls a call. Two names are the same if their UTF-8 is the same byte for byte, which `String` does not
/// ask for.
struct FeedCallID: Hashable, Sendable {
    /// Bytes of a name.
    static let lengths = 1...128

    let text: String

    /// `nil`: empty, or too long.
    init?(_ text: String) {
        guard Self.lengths.contains(text.utf8.count) else { return nil }
        self.text = text
    }

    static func == (left: FeedCallID, right: FeedCallID) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Equal bytes are equal strings, and so have equal hashes.
    func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }
}
