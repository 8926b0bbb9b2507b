import CallControl
import CallModel
import EventLoops
import RTPAudio
import TLibrary

/// One side of a recording as it comes in: its socket, whom it hears, and when it last heard audio. Confined to its desk.
struct SideIntake {
    let socket: any DatagramSocket
    private let strangers: Set<RestingPorts.Stream>
    /// Everybody who sent here, as far as there is room for.
    private(set) var streams: Set<RestingPorts.Stream> = []
    private var latest: RestingPorts.Stream?
    /// Who speaks, as the switch told last; `nil`: it has not.
    private var speaker: DirectoryNumber?
    /// The one source that is heard; `nil`: the first one that comes.
    private var expected: SocketAddress?
    /// When audio came last.
    private(set) var heard: Duration?

    init(_ intake: PortKeeper.Intake, expected: SocketAddress?) {
        socket = intake.socket
        strangers = intake.strangers
        self.expected = expected
    }

    /// Whether a packet may be heard: it is not from a stream of the port's last recording, and from where it is expected.
    mutating func admits(_ packet: RTPPacket, from address: SocketAddress) -> Bool {
        let stream = RestingPorts.Stream(address: address, source: packet.synchronizationSource)
        if stream != latest {
            latest = stream
            if streams.count < RestingPorts.mostStreams { streams.insert(stream) }
        }
        guard let expected else { return strangers.isEmpty || !strangers.contains(stream) }
        return expected.host == address.host && (expected.port == 0 || expected.port == address.port)
    }

    mutating func hear(now: Duration) {
        heard = now
    }

    /// The switch tells who speaks here, and from where. Says whether it is somebody else than before.
    mutating func follow(_ speaker: DirectoryNumber?, from source: SocketAddress?) -> Bool {
        guard let speaker else { return false }
        defer { self.speaker = speaker }
        expected = source
        return self.speaker.map { $0 != speaker } ?? false
    }
}
