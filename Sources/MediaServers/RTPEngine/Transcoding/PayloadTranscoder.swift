import CallControl
import RTPAudio

/// Makes G.711 of what one side sent as G.722 or Opus, and names what it cannot read. Telephone events (RFC 4733) become
/// nothing: no digit is in a WAV file.
struct PayloadTranscoder {
    enum Output: Equatable {
        /// It is G.711, or no RTP.
        case asItIs
        /// The same moment of sound as PCMU, in an RTP datagram.
        case datagram([UInt8])
        /// No sound comes of it.
        case nothing
    }

    private enum Codec: Equatable {
        case g711, g722, opus
        /// Digits.
        case events
        /// Comfort noise (RFC 3389).
        case noise
        case unknown
    }

    /// A dynamic payload type of which nobody has told what it is.
    private struct Guess {
        var opus = OpusGuess()
        var isEvents = false
    }

    private static let firstDynamic: UInt8 = 96
    private static let opusRate = 48_000

    /// The server's names for what the side sends, such as `opus/48000/2`.
    private let codecs: Set<String>
    private var guesses: [UInt8: Guess] = [:]
    private var opusDecoders: [UInt32: OpusDecoder] = [:]
    private var g722Decoders: [UInt32: G722Decoder] = [:]
    /// What stayed silent, by its name or its payload type.
    private(set) var silent: Set<String> = []

    init(codecs: Set<String>) {
        self.codecs = codecs
    }

    /// Units of the timestamps in a second; `nil`: unknown.
    func rate(of packet: RTPPacket) -> Int? {
        switch codec(of: packet.payloadType) {
        case .g711, .g722, .noise: RecordingFormat.frameRate
        case .opus: Self.opusRate
        case .events, .unknown: nil
        }
    }

    private func codec(of payloadType: UInt8) -> Codec {
        switch payloadType {
        case 0, 8: return .g711
        case 9: return .g722
        case 13: return .noise
        default: break
        }
        guard payloadType >= Self.firstDynamic else { return .unknown }
        if guesses[payloadType]?.isEvents == true { return .events }
        return guesses[payloadType]?.opus.isOpus == true ? .opus : .unknown
    }

    mutating func transcode(_ packet: RTPPacket, in datagram: Span<UInt8>) -> Output {
        let payload = datagram.extracting(packet.payload)
        if packet.payloadType >= Self.firstDynamic { guess(packet, payload) }
        switch codec(of: packet.payloadType) {
        case .g711: return .asItIs
        case .events, .noise: return .nothing
        case .g722: return g722(packet, payload)
        case .opus: return opus(packet, payload)
        case .unknown:
            silent.insert(name(of: packet.payloadType))
            return .nothing
        }
    }

    private func name(of payloadType: UInt8) -> String {
        if payloadType >= Self.firstDynamic {
            let others = codecs.filter { !Self.isReadable($0) }
            if !others.isEmpty { return others.sorted().joined(separator: ", ") }
        }
        return Self.staticNames[payloadType] ?? "payload type \(payloadType)"
    }

    /// Whether a codec of that name is decoded, or carries no speech.
    static func isReadable(_ codec: String) -> Bool {
        ["pcmu", "pcma", "g722", "opus", "telephone-event", "cn"].contains { codec.hasPrefix($0 + "/") || codec == $0 }
    }

    /// Of RFC 3551, section 6.
    private static let staticNames: [UInt8: String] = [
        3: "gsm/8000", 4: "g723/8000", 5: "dvi4/8000", 6: "dvi4/16000", 7: "lpc/8000", 10: "l16/44100/2",
        11: "l16/44100", 12: "qcelp/8000", 15: "g728/8000", 18: "g729/8000",
    ]

    /// Telephone events are four bytes, or several of them (RFC 4733, section 2.3). A payload type that the server calls
    /// Opus is that; where it has not told, the packets show it.
    private mutating func guess(_ packet: RTPPacket, _ payload: Span<UInt8>) {
        var guess = guesses[packet.payloadType] ?? Guess()
        if !guess.opus.isOpus {
            if payload.looksLikeEvents { guess.isEvents = true } else { guess.isEvents = false }
            let isNamed = codecs.contains { $0.hasPrefix("opus/") }
            let isOther = codecs.contains { !Self.isReadable($0) }
            guess.opus.see(packet, payload, isNamed: isNamed && !guess.isEvents, isOther: isOther)
        }
        guesses[packet.payloadType] = guess
    }

    private mutating func g722(_ packet: RTPPacket, _ payload: Span<UInt8>) -> Output {
        let source = packet.synchronizationSource
        let decoder = g722Decoders[source] ?? G722Decoder()
        g722Decoders[source] = decoder
        return pcmu(decoder?.decode(payload) ?? [], packet, timestamp: packet.timestamp)
    }

    private mutating func opus(_ packet: RTPPacket, _ payload: Span<UInt8>) -> Output {
        let source = packet.synchronizationSource
        let decoder = opusDecoders[source] ?? OpusDecoder()
        opusDecoders[source] = decoder
        let scale = UInt32(Self.opusRate / RecordingFormat.frameRate)
        return pcmu(decoder?.decode(payload) ?? [], packet, timestamp: packet.timestamp / scale)
    }

    private func pcmu(_ samples: [Int16], _ packet: RTPPacket, timestamp: UInt32) -> Output {
        guard !samples.isEmpty else { return .nothing }
        var datagram = [UInt8](repeating: 0, count: RTPPacket.headerLength)
        datagram.reserveCapacity(RTPPacket.headerLength + samples.count)
        for sample in samples { datagram.append(G711.pcmu.encode(sample)) }
        RTPPacket(
            payloadType: G711.pcmu.payloadType, isMarked: packet.isMarked, sequence: packet.sequence,
            timestamp: timestamp, synchronizationSource: packet.synchronizationSource
        ).write(over: &datagram)
        return .datagram(datagram)
    }
}

/// Whether the packets of a dynamic payload type are Opus: their timestamps go on by as much as each lasts as Opus.
struct OpusGuess {
    /// Packets in a row that agree.
    static let proof = 5
    /// Packets after which nothing is guessed any more.
    static let patience = 100

    private(set) var isOpus = false
    private var agreeing = 0
    private var seen = 0
    private var last: (sequence: UInt16, next: UInt32)?

    mutating func see(_ packet: RTPPacket, _ payload: Span<UInt8>, isNamed: Bool, isOther: Bool) {
        guard let length = OpusDecoder.length(of: payload), !isOther || isNamed else {
            (last, agreeing) = (nil, 0)
            return
        }
        if isNamed { isOpus = true }
        guard seen < Self.patience else { return }
        seen += 1
        if let last, packet.sequence == last.sequence &+ 1 {
            agreeing = packet.timestamp == last.next ? agreeing + 1 : 0
            isOpus = isOpus || agreeing >= Self.proof
        }
        last = (packet.sequence, packet.timestamp &+ UInt32(length))
    }
}

extension Span<UInt8> {
    /// Whether it may be telephone events: the event's number, then a bit that is 0 as this side sends it.
    fileprivate var looksLikeEvents: Bool {
        guard count >= 4, count <= 16, count % 4 == 0 else { return false }
        return self[0] <= 16 && self[1] & 0x40 == 0
    }
}
