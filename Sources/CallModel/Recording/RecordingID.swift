/// The identifier of a recording: the client's, or one that the engine made.
///
/// Extensions `id` of GSIP_RECORD_START and of RequestRouteCall: 1 to 128 bytes of `[A-Za-z0-9._:@-]`
/// (Recording contract, "Three ways to start").
public struct RecordingID: Hashable, Sendable, CustomStringConvertible {
    public static let maximumLength = 128

    public let text: String

    /// `nil` where the text is empty, too long, or holds a character that an id may not have.
    public init?(_ text: String) {
        guard (1...Self.maximumLength).contains(text.utf8.count), text.utf8.allSatisfy(Self.mayHold) else { return nil }
        self.text = text
    }

    private static func mayHold(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
            UInt8(ascii: "@"), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }

    public var description: String { text }
}
