public import TLibrary

/// The directory numbers and the Agent Logins that are configured, and what is known of each. Made once, then read by
/// everybody.
public struct Directory: Sendable {
    /// The place of a DN in the directory: what tables are indexed by.
    public struct Index: RawRepresentable, Hashable, Sendable {
        private let place: UInt32

        /// - Precondition: `rawValue` is a place in a directory, of at most 2^32 DNs.
        public init(rawValue: Int) {
            place = UInt32(rawValue)
        }

        public var rawValue: Int { Int(place) }
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

    /// An Agent Login that is configured.
    public struct Agent: Sendable, Equatable {
        public let id: String
        /// T-Library's option `record` of the Agent Login, which beats its DN's; `nil`: not set.
        public let record: Bool?

        public init(id: String, record: Bool? = nil) {
            self.id = id
            self.record = record
        }
    }

    public let entries: [Entry]
    private let places: [DirectoryNumber: Index]
    private let agents: [ExactText: Agent]

    /// Precondition: no number stands twice, and no AgentID; both are compared by their bytes.
    public init(_ entries: [Entry], agents: [Agent] = []) {
        self.entries = entries
        self.agents = Dictionary(uniqueKeysWithValues: agents.map { (ExactText($0.id), $0) })
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

    /// `nil`: the Agent Login is not configured.
    public func agent(_ id: String) -> Agent? {
        agents[ExactText(id)]
    }
}
