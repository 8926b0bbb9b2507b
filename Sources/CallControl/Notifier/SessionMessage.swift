import TLibrary

/// What a session says to its client of its own accord.
enum SessionMessage: Sendable {
    case refused(ErrorResponse)
    case linkConnected(ReferenceID, sessionID: String)
    case serverInfo(Request)
    case unregistered(Request)
    case address(AddressAnswer)
    case link(LinkMessage)

    /// Whether a request is answered by it, for the first time.
    var isAnswer: Bool {
        switch self {
        case .refused, .linkConnected, .serverInfo, .unregistered: true
        case .address(let answer): answer.isFirst
        case .link: false
        }
    }

    /// Whether it is one of the events that both sides count (WireFormat, "Session resumption").
    var isCounted: Bool {
        switch self {
        case .refused, .serverInfo, .unregistered, .address: true
        case .linkConnected, .link: false
        }
    }
}
