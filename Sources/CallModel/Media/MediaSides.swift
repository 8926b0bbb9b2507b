/// Sides of a recording: the anchor's, channel 1 of the file, and the other's, channel 2.
public struct MediaSides: OptionSet, Hashable, Sendable {
    public static let anchor = MediaSides(rawValue: 1)
    public static let other = MediaSides(rawValue: 2)
    public static let both: MediaSides = [.anchor, .other]

    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// As clients and records are told of them; `nil`: of none.
    public var word: String? {
        switch self {
        case .both: "both"
        case .anchor: "anchor"
        case .other: "other"
        default: nil
        }
    }
}
