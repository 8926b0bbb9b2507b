import CallControl
import CallModel
import EventLoops
import RTPAudio
import TLibrary

@testable import MediaServers

/// Datagrams of rtpengine's control protocol.
func readNGReply(_ input: Input) {
    let bytes = input.bytes
    _ = NGReply(bytes.span)
    if let (_, end) = NGCookie.read(bytes.span) { _ = NGReply(bytes.span.extracting(end..<bytes.count)) }
    guard let session = MediaSession(callID: "call", fromTag: "from", toTag: "to") else { return }
    _ = RecordedStreams(query: bytes.span, of: session)
}

/// A pcap file: cut into frames, and its audio brought to the timeline of a recording.
func readCapture(_ input: Input) {
    var streams = RecordedStreams()
    streams.anchor = [SocketAddress(host: "127.0.0.1", port: 30_000)]
    streams.otherCodecs = ["opus/48000/2"]
    let segment = ConversionJob.Segment(
        path: "", began: .zero, wallTime: WallTime(microseconds: 1_000_000), firstPacket: .zero ... .seconds(1))
    let order = ConversionJob(
        connection: ConnectionID(rawValue: 1), segments: [segment], length: .seconds(20),
        quiet: [.seconds(5)..<(.seconds(7))], streams: streams, directory: "", name: "")
    var audio = CapturedAudio(of: order)
    audio.begin(segment)
    var reader = CaptureReader()
    var frames: [Int16] = []
    for piece in input.pieces {
        reader.feed(piece)
        do throws(CaptureError) {
            while try reader.next({ link, time, frame in
                _ = audio.hear(frame, link: link, stamped: time, into: &frames)
            }) {}
        } catch {
            break
        }
    }
    _ = audio.finish(into: &frames)
}

/// RTP of two sides, as a recorder hears it: each piece is a datagram. Its first byte says which side it comes from, and
/// what time passes before it.
func readPackets(_ input: Input) {
    var ears = StereoReceiver<Int>(timeline: Timeline(start: .zero, isPaused: false))
    var frames: [Int16] = []
    var now = Duration.zero
    var taken = Duration.zero
    for piece in input.pieces {
        guard let first = piece.first else { continue }
        now += .milliseconds(Int(first >> 1) * 2)
        let datagram = Array(piece.dropFirst())
        _ = ears.hear(datagram.span, from: 1, on: first & 1 == 0 ? .anchor : .other, now: now)
        if first == 0xFF { ears.timeline.pause(now: now) }
        if first == 0xFE { ears.timeline.resume(now: now) }
        guard now - taken >= .milliseconds(420) else { continue }
        taken = now - .milliseconds(300)
        let silence = ears.timeline.take(until: taken, into: &frames)
        precondition(silence >= 0 && frames.count.isMultiple(of: 2), "Frames have two channels.")
    }
    _ = ears.timeline.take(until: now, into: &frames)
}
