import COpus
import CSpanDSP
import CallControl
import RTPAudio

/// Decodes one stream of Opus (RFC 6716) to one channel of 8,000 samples a second, by libopus.
@safe
final class OpusDecoder {
    /// Samples of the longest packet: 120 ms.
    private static let longest = RecordingFormat.frameRate * 120 / 1_000
    private static let timestampRate: Int32 = 48_000

    private let state: OpaquePointer

    init?() {
        var error: Int32 = 0
        guard let state = unsafe opus_decoder_create(opus_int32(RecordingFormat.frameRate), 1, &error), error == OPUS_OK
        else { return nil }
        unsafe self.state = state
    }

    deinit {
        unsafe opus_decoder_destroy(state)
    }

    /// Empty where the packet cannot be decoded.
    func decode(_ payload: Span<UInt8>) -> [Int16] {
        guard !payload.isEmpty else { return [] }
        return unsafe payload.withUnsafeBufferPointer { payload in
            unsafe [Int16](unsafeUninitializedCapacity: Self.longest) { room, filled in
                guard let samples = room.baseAddress else { return }
                let count = unsafe opus_decode(
                    state, payload.baseAddress, opus_int32(payload.count), samples, Int32(Self.longest), 0)
                filled = max(0, Int(count))
            }
        }
    }

    /// How long a packet lasts, in the units of its timestamps; `nil` where it is not Opus.
    static func length(of payload: Span<UInt8>) -> Int? {
        guard !payload.isEmpty else { return nil }
        let count = unsafe payload.withUnsafeBufferPointer { payload in
            guard let start = payload.baseAddress else { return Int32(0) }
            return unsafe opus_packet_get_nb_samples(start, opus_int32(payload.count), timestampRate)
        }
        return count > 0 ? Int(count) : nil
    }
}

/// Decodes one stream of G.722 at 64 kbit/s to 8,000 samples a second, by libspandsp.
@safe
final class G722Decoder {
    private let state: OpaquePointer

    init?() {
        guard let state = unsafe g722_decode_init(nil, 64_000, Int32(G722_SAMPLE_RATE_8000)) else { return nil }
        unsafe self.state = state
    }

    deinit {
        unsafe g722_decode_free(state)
    }

    func decode(_ payload: Span<UInt8>) -> [Int16] {
        guard !payload.isEmpty, payload.count <= 8_000 else { return [] }
        return unsafe payload.withUnsafeBufferPointer { payload in
            unsafe [Int16](unsafeUninitializedCapacity: 2 * payload.count) { room, filled in
                let count = unsafe g722_decode(state, room.baseAddress, payload.baseAddress, Int32(payload.count))
                filled = max(0, Int(count))
            }
        }
    }
}
