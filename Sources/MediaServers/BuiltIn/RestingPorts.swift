import CallControl
import CallModel
import DequeModule
import EventLoops

/// UDP ports that recordings have given back, and who sent there: whoever goes on sending is not to be heard in the
/// next recording.
///
/// Pure. Times never fall.
struct RestingPorts {
    /// A stream of RTP packets.
    struct Stream: Hashable {
        var address: SocketAddress
        var source: UInt32
    }

    private struct Rest {
        var since: Duration
        var streams: Set<Stream>
    }

    /// So many streams of a port are remembered.
    static let mostStreams = 8

    private let time: Duration
    private var rests: [UInt16: Rest] = [:]
    /// The ports in the order in which they came; one that was given out again meanwhile stands there still.
    private var order: Deque<(port: UInt16, since: Duration)> = []

    /// Ports rest for `time`; zero: they do not.
    init(time: Duration) {
        self.time = time
    }

    var count: Int { rests.count }

    /// A recording is over.
    mutating func giveBack(_ port: UInt16, streams: Set<Stream>, now: Duration) {
        forget(now: now)
        guard time > .zero else { return }
        rests[port] = Rest(since: now, streams: streams)
        order.append((port, now))
    }

    /// Since when a port rests; `nil`: it may be given out.
    mutating func rest(of port: UInt16, now: Duration) -> Duration? {
        forget(now: now)
        return rests[port]?.since
    }

    /// Gives out a port that rests, with the streams that are not to be heard there.
    mutating func giveOut(_ port: UInt16) -> Set<Stream> {
        rests.removeValue(forKey: port)?.streams ?? []
    }

    private mutating func forget(now: Duration) {
        while let (port, since) = order.first, now - since >= time {
            order.removeFirst()
            if rests[port]?.since == since { rests[port] = nil }
        }
    }
}
