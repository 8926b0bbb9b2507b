import CallModel
import EventLoops

/// Where the media server takes the audio of a recording's two sides: its own addresses, for they are known before
/// anybody speaks, and stay whatever a network in between does to the addresses of telephones.
struct RecordedStreams: Sendable, Equatable {
    var anchor: Set<SocketAddress> = []
    /// Empty: not known. Then all that is not the anchor's is the other side's.
    var other: Set<SocketAddress> = []
    /// What the sides were heard to send, such as `opus/48000/2`, in lower case.
    var anchorCodecs: Set<String> = []
    var otherCodecs: Set<String> = []

    /// Those of both sides of which no sound is made.
    var undecodedCodecs: Set<String> {
        anchorCodecs.union(otherCodecs).filter { !PayloadTranscoder.isReadable($0) }
    }

    /// Adds what was learned at another moment: the media of a call may move.
    mutating func formUnion(_ learned: RecordedStreams) {
        anchor.formUnion(learned.anchor)
        other.formUnion(learned.other)
        anchorCodecs.formUnion(learned.anchorCodecs)
        otherCodecs.formUnion(learned.otherCodecs)
    }
}

/// What a `query` says of a call's media, in bencode: for each tag its medias, for each of them its streams.
extension RecordedStreams {
    /// The streams of the session's own tag, and those of the tag that it talks to; where that one is not known, of all
    /// others. `nil` where the text is not the answer to a query.
    init?(query text: borrowing Span<UInt8>, of session: MediaSession) {
        var reader = MediaReader()
        guard reader.readAnswer(text), reader.cursor.place == text.count else { return nil }
        let (anchorTag, otherTags) = reader.tags(of: session)
        anchor = anchorTag?.streams ?? []
        anchorCodecs = anchorTag?.codecs ?? []
        for tag in otherTags {
            other.formUnion(tag.streams)
            otherCodecs.formUnion(tag.codecs)
        }
    }
}
