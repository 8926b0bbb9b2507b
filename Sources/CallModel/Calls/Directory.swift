public import TLibrary

/// The directory numbers that are configured, and what is known of each. Made once, then read by everybody.
public struct Directory: Sendable {
    /// The place of a DN in the directory: what tables are indexed by.
    public struct Index: RawRepresentable, Hashable, Sendable {
        public let rawValue: Int

        public init(rawValue: Int) {
            self.rawValue = rawValue
        }
    }

    public struct Entry: Sendable, Equatable {
        public let number: DirectoryNumber
        public let type: DNType
        /// T-Library's option `record` of the DN.
        public let record: Bool

        public init(number: DirectoryNumber, type: DNType, record: Bool = false) {
            self.number = number
            self.type = type
            self.record = record
        }
    }

    public let entries: [Entry]
    private let places: [DirectoryNumber: Index]

    /// Precondition: no number stands twice.
    public init(_ entries: [Entry]) {
        self.entries = entries
        places = Dictionary(
            uniqueKeysWithValues: entries.enumerated().map { ($1.number, Index(rawValue: $0)) })
    }

    /// `nil`: the DN is not configured.
    public func index(of number: DirectoryNumber) -> Index? {
        places[number]
    }

    public subscript(index: Index) -> Entry {
        entries[index.rawValue]
    }
}
