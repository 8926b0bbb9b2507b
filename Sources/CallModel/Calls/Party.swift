public import TLibrary

/// One leg of a call: a DN that takes part in it.
public struct Party: Sendable, Equatable {
    /// Names a party within its call; never used again for another.
    public struct ID: RawRepresentable, Hashable, Sendable {
        public let rawValue: UInt32

        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }
    }

    /// Where a party stands in the call.
    public enum State: String, Sendable, CaseIterable {
        /// It placed the call, and nobody has answered yet.
        case dialing
        /// It is a queue or a routing point at which the call waits.
        case queued
        /// It is being called.
        case ringing
        case established
        /// It has put the call on hold.
        case held

        /// Whether the party's media is in the call, so that a recording of it can begin.
        public var hasMedia: Bool {
            switch self {
            case .established, .held: true
            case .dialing, .queued, .ringing: false
            }
        }
    }

    public let id: ID
    public let index: Directory.Index
    public let role: DNRole
    public let type: DNType
    public var state: State
    public let dn: DirectoryNumber
    /// The agent logged in on the DN; empty: none.
    public var agentID: String

    public init(
        id: ID, index: Directory.Index, entry: Directory.Entry, role: DNRole, state: State, agentID: String = ""
    ) {
        self.id = id
        self.index = index
        dn = entry.number
        type = entry.type
        self.role = role
        self.state = state
        self.agentID = agentID
    }
}
