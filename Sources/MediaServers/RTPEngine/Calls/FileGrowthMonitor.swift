import CallModel

/// How a recording that goes on has been seen to go on.
struct FileGrowthMonitor: Sendable, Equatable {
    /// A side's packets at the last query, and when they last grew.
    struct Side: Sendable, Equatable {
        var packets: Int?
        var grown = Duration.zero

        mutating func poll(_ count: Int, at now: Duration) {
            if packets.map({ $0 != count }) ?? (count > 0) { grown = now }
            packets = count
        }
    }

    /// The file's length at the last look.
    var size: Int?
    /// When the file, or where there is none to see the count of packets, last grew.
    var grown = Duration.zero
    /// What the server had counted when it was first asked after that.
    var octets: Int?
    var packets: Int?
    var anchor = Side()
    var other = Side()
    /// The sides of which the engine has been told that no audio comes.
    var missing: MediaSides = []
    /// The server has closed the file, and nobody told it to.
    var isClosed = false
    /// When the file was closed, or the server said that it has stopped.
    var ended: Duration?
    /// A query is under way.
    var isAsking = false
    /// When the server was last asked.
    var asked = Duration.zero - .seconds(3_600)
    var capture = CaptureMonitor()

    /// `size`: of the file, where it is known.
    mutating func begin(at now: Duration, size: Int? = nil) {
        let told = missing
        self = FileGrowthMonitor()
        self.size = size
        grown = now
        asked = now
        anchor.grown = now
        other.grown = now
        missing = told
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
