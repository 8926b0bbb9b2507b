/// A DN: the number or name of an extension, queue, routing point or trunk, as the configuration spells it.
///
/// Two DNs are the same if their UTF-8 is the same byte for byte. `String` would also take canonically equivalent
/// spellings for equal, and then a DN could be reached under a spelling that nobody configured.
public struct DirectoryNumber: Hashable, Sendable, CustomStringConvertible {
    /// The most bytes of UTF-8 that a DN has on the wire (WireFormat, Sizes). The initialiser does not check it,
    /// so that a DN from a configuration can be reported with its fault.
    public static let maximumLength = 255

    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    @inlinable
    public var isEmpty: Bool { text.isEmpty }

    public var description: String { text }

    @inlinable
    public static func == (left: DirectoryNumber, right: DirectoryNumber) -> Bool {
        left.text.hasSameBytes(as: right.text)
    }

    /// The string's own hash serves: equal bytes have equal hashes, and for ASCII it reads them in one go.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }
}

extension DirectoryNumber: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) {
        self.init(text)
    }
}

extension DirectoryNumber: Comparable {
    /// By bytes: "10" comes before "9", and a DN after its own beginning.
    public static func < (left: DirectoryNumber, right: DirectoryNumber) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}
