/// The media servers of an engine, as recordings choose among them: the lowest order first, and among those of one order
/// by weight.
public struct MediaServerList: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public var capabilities: MediaCapabilities
        /// Lower is tried first.
        public var order: Int
        /// Its share of the recordings among those of its order; at least 1.
        public var weight: Int

        public init(_ capabilities: MediaCapabilities, order: Int, weight: Int = 1) {
            self.capabilities = capabilities
            self.order = order
            self.weight = weight
        }
    }

    /// A set of them is one word.
    public static let limit = 64

    public let entries: [Entry]

    /// - Precondition: at most ``limit`` entries, each with a weight of 1 or more.
    public init(_ entries: [Entry]) {
        precondition(entries.count <= Self.limit, "An engine has 64 media servers at most.")
        precondition(entries.allSatisfy { $0.weight >= 1 }, "A media server has a weight of 1 or more.")
        self.entries = entries
    }

    /// To be tried one after the other.
    public init(inOrder capabilities: [MediaCapabilities]) {
        self.init(capabilities.enumerated().map { Entry($1, order: $0) })
    }

    public var isEmpty: Bool { entries.isEmpty }

    public subscript(place: Int) -> Entry { entries[place] }

    /// The media server to try among those of a set; `nil`: there is none. Equal draws make equal choices; draws that
    /// are spread evenly spread the choices by weight.
    func choose(among set: MediaServerSet, draw: UInt64) -> Int? {
        var lowest = Int.max
        var weights: UInt64 = 0
        for place in entries.indices where set.contains(place) {
            if entries[place].order < lowest { (lowest, weights) = (entries[place].order, 0) }
            if entries[place].order == lowest { weights += UInt64(entries[place].weight) }
        }
        guard weights > 0 else { return nil }
        var rest = draw % weights
        for place in entries.indices where set.contains(place) && entries[place].order == lowest {
            let weight = UInt64(entries[place].weight)
            if rest < weight { return place }
            rest -= weight
        }
        return nil
    }
}

/// Some of the media servers of the list, by their places in it.
public struct MediaServerSet: Sendable, Hashable {
    public private(set) var bits: UInt64

    public init(bits: UInt64 = 0) {
        self.bits = bits
    }

    public static let all = MediaServerSet(bits: .max)

    public func contains(_ place: Int) -> Bool { bits >> UInt64(place) & 1 == 1 }

    public mutating func insert(_ place: Int) { bits |= 1 << UInt64(place) }

    public mutating func remove(_ place: Int) { bits &= ~(1 << UInt64(place)) }

    public func subtracting(_ other: MediaServerSet) -> MediaServerSet { MediaServerSet(bits: bits & ~other.bits) }
}

extension UInt64 {
    /// Numbers that follow one another, spread over all that there are (the multiplier is 2^64 by the golden ratio).
    var spread: UInt64 { (self &* 0x9E37_79B9_7F4A_7C15) >> 16 }
}
