/// How a recording that goes on has been seen to go on.
struct GrowthWatch: Sendable, Equatable {
    /// The file's length at the last look.
    var size: Int?
    /// When the file, or where there is none to see the count of packets, last grew.
    var grown = Duration.zero
    /// What the server had counted when it was first asked after that.
    var octets: Int?
    var packets: Int?
    /// The engine has been told that no audio comes.
    var warns = false
    /// The server has closed the file, and nobody told it to.
    var isClosed = false
    /// A query is under way.
    var isAsking = false
    /// When the server was last asked.
    var asked = Duration.zero - .seconds(3_600)

    mutating func begin(at now: Duration) {
        let warned = warns
        self = GrowthWatch()
        grown = now
        warns = warned
    }

    mutating func grow(at now: Duration) {
        grown = now
        octets = nil
        packets = nil
    }
}

extension NGReply {
    private static let octetsAroundEach = 58

    /// About as much as a file of these packets has, with the headers that it keeps of each.
    var writtenOctets: Int { octets &+ packets &* Self.octetsAroundEach }
}
