import CallModel
package import EventLoops

/// The voices of a shard's calls: each a tone of its own pitch, sent as RTP to where its recorder takes it
/// (option `audio: tones` of the in-process switch).
///
/// Confined to the actor that holds it. Time comes in as the shard's `now`.
package struct RTPToneSender {
    /// A packet is 20 ms of PCMU.
    private static let packetTime = Duration.milliseconds(20)
    private static let packetSamples = 160
    /// Of one voice in one tick. What is older than these is skipped, and its time with it.
    private static let largestBurst = 10

    private struct ToneStream {
        package var id: ToneStreamID
        package var tone: Tone
        package var target: SocketAddress
        package var due: Duration
        package var packet: RTPPacket
    }

    private let socket: any DatagramSocket
    // An array, so that packets leave in the same order in each run of a simulation.
    private var voices: [ToneStream] = []
    private var places: [ToneStreamID: Int] = [:]
    private var voicesSoFar: UInt32 = 0
    private var datagram = [UInt8](repeating: 0, count: RTPPacket.headerLength + packetSamples)

    package init(socket: any DatagramSocket) {
        self.socket = socket
    }

    /// Whether nobody speaks, so that no tick is needed.
    package var isSilent: Bool { voices.isEmpty }

    /// The pitch of a directory number's party by the number's place in the configuration, in Hz: from 400 to 3,300,
    /// 50 Hz apart at least, and different for 59 numbers in a row.
    package static func pitch(ofPlace index: Int) -> Int {
        400 + 50 * Int(index.magnitude % 59 * 7 % 59)
    }

    /// Lets a voice speak from now on; its first packet is due when 20 ms are there to be sent. One that speaks already
    /// goes on with the new pitch, to the new address.
    package mutating func speak(_ voice: ToneStreamID, pitch: Int, to target: SocketAddress, now: Duration) {
        if let place = places[voice] {
            voices[place].tone.pitch = pitch
            voices[place].target = target
            return
        }
        voicesSoFar &+= 1
        // An odd factor keeps sources different, and spreads where sequences and timestamps begin.
        let source = voicesSoFar &* 0x9E37_79B1
        let packet = RTPPacket(
            payloadType: G711.pcmu.payloadType, isMarked: true, sequence: UInt16(truncatingIfNeeded: source),
            timestamp: source &* 0x85EB_CA6B, synchronizationSource: source)
        places[voice] = voices.count
        voices.append(
            ToneStream(
                id: voice, tone: Tone(pitch: pitch), target: target, due: now + Self.packetTime, packet: packet))
    }

    /// Ends a voice. Harmless where it does not speak.
    package mutating func hush(_ voice: ToneStreamID) {
        guard let place = places.removeValue(forKey: voice), let last = voices.popLast() else { return }
        if last.id != voice {
            voices[place] = last
            places[last.id] = place
        }
    }

    /// Sends every packet that is due. After a tick that came late the missing ones follow at once, but no more than
    /// 200 ms of them; timestamps follow the clock in any case.
    package mutating func tick(now: Duration) {
        for place in voices.indices {
            skipWhatIsTooOld(of: place, now: now)
            while voices[place].due <= now {
                send(place)
            }
        }
    }

    private mutating func skipWhatIsTooOld(of place: Int, now: Duration) {
        let overdue = Int((now - voices[place].due) / Self.packetTime) + 1
        guard overdue > Self.largestBurst else { return }
        let skipped = overdue - Self.largestBurst
        voices[place].due += Self.packetTime * skipped
        voices[place].tone.skip(skipped * Self.packetSamples)
        voices[place].packet.timestamp &+= UInt32(truncatingIfNeeded: skipped * Self.packetSamples)
    }

    private mutating func send(_ place: Int) {
        voices[place].tone.sound(
            over: &datagram, RTPPacket.headerLength..<RTPPacket.headerLength + Self.packetSamples)
        voices[place].packet.write(over: &datagram)
        socket.send(datagram.span, to: voices[place].target)
        voices[place].packet.isMarked = false
        voices[place].packet.sequence &+= 1
        voices[place].packet.timestamp &+= UInt32(Self.packetSamples)
        voices[place].due += Self.packetTime
    }
}
