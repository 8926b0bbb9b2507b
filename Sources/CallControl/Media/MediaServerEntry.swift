import CallModel

/// A media server in the engine's list: which recordings it gets, and how many.
public struct MediaServerEntry: Sendable {
    public var server: any MediaServer
    /// The lowest is tried first; those of one order share the recordings by weight.
    public var order: Int
    /// 1 or more.
    public var weight: Int
    /// Recordings that it may have at once, those whose start is under way included; `nil`: no limit.
    public var maxRecordings: Int?

    public init(_ server: any MediaServer, order: Int, weight: Int = 1, maxRecordings: Int? = nil) {
        self.server = server
        self.order = order
        self.weight = weight
        self.maxRecordings = maxRecordings
    }
}

extension [MediaServerEntry] {
    /// To be tried one after the other.
    public init(inOrder servers: [any MediaServer]) {
        self = servers.enumerated().map { MediaServerEntry($1, order: $0) }
    }

    var model: MediaServerList {
        MediaServerList(
            map { MediaServerList.Entry($0.server.capabilities, order: $0.order, weight: $0.weight) })
    }

    func check() throws(EngineError) {
        guard count <= MediaServerList.limit else {
            throw EngineError(.unsoundConfiguration, "there are \(count) media servers; 64 is the most")
        }
        for listed in self where listed.weight < 1 || (listed.maxRecordings ?? 1) < 1 {
            throw EngineError(
                .unsoundConfiguration, "media server \(listed.server.name): weight and max-recordings are at least 1")
        }
    }
}
