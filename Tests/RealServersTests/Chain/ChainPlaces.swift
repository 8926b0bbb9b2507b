import CallModel
import EventLoops

/// Where the parts of one chain are: on a loopback address of its own, at ports that no system gives out by itself.
struct ChainPlaces: Sendable {
    enum Place: Int {
        case sip, feed, relay, mediaServer, tLibrary, caller, agent, otherCaller, otherAgent
        case callerAudio = 20
        case agentAudio = 40
        case otherCallerAudio = 50
        case otherAgentAudio = 54
        /// From here to there is rtpengine's audio.
        case audio = 60
        case audioEnd = 400
    }

    let host: String
    private let base: Int

    init() {
        let parts = (0..<3).map { _ in Int.random(in: 1...254) }
        host = "127.\(parts[0]).\(parts[1]).\(parts[2])"
        base = Int.random(in: 10_000...29_000)
    }

    subscript(place: Place) -> SocketAddress {
        SocketAddress(host: host, port: UInt16(base + place.rawValue))
    }
}
