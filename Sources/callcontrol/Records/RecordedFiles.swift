import CallControl
import EventLoops

/// The files of recordings, as media servers of the configuration have left them: what they show of a recording of which
/// nothing else is known.
struct RecordedFiles: Sendable {
    /// What a file shows.
    struct Capture: Equatable, Sendable {
        /// How much audio there is in it.
        var length: Duration
        /// When the last of it was captured.
        var ended: WallTime
        /// Silence of ``resolution`` or more, of which no sample is another than zero: a pause, or no audio. From the start.
        var silence: [Range<Duration>] = []
    }

    /// By how much its end may be off: a media server may have audio that it has not written yet.
    static let resolution = Duration.seconds(1)

    private enum Kind {
        /// `DIR/NAME.wav`, of the built-in recorder.
        case wave
        /// `DIR/NAME.pcap`, of an rtpengine.
        case capture
    }

    private var places: [(kind: Kind, directory: String)] = []

    init(_ servers: [ServerConfiguration.MediaServer]) {
        for server in servers {
            switch server.kind {
            case .builtIn(let options): places.append((.wave, options.directory))
            case .rtpengine(let options) where !options.spool.isEmpty:
                places.append((.capture, "\(options.spool)/pcaps"))
            case .rtpengine, .simulated: break
            }
        }
    }

    /// What the file of that name shows, of a recording that was started then; `nil`: there is none.
    func capture(_ name: String, since start: WallTime) -> Capture? {
        // Names come from lines that anybody may have written who may write records.
        guard !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else { return nil }
        for place in places {
            switch place.kind {
            case .wave:
                guard let file = try? AppendFile("\(place.directory)/\(name).wav", .read) else { continue }
                return Self.capture(wave: file, since: start)
            case .capture:
                guard let file = try? AppendFile("\(place.directory)/\(name).pcap", .read) else { continue }
                return Self.capture(pcap: file, since: start)
            }
        }
        return nil
    }

    /// As much audio as there are samples behind its header, whatever the header says: after a crash it may be older.
    private static func capture(wave file: AppendFile, since start: WallTime) -> Capture? {
        guard let header = try? WaveHeader(file.read(4_096, at: 0)), let size = try? file.size() else { return nil }
        let frames = max(0, size - header.start) / header.bytesOfFrame
        var silence = WaveSilence(header, shortest: resolution)
        try? silence.read(file, size: size)
        let length = header.time(of: frames)
        return Capture(length: length, ended: start.advanced(by: length), silence: silence.spans)
    }

    /// From the start until it was written last, where more than a header was.
    private static func capture(pcap file: AppendFile, since start: WallTime) -> Capture? {
        guard let size = try? file.size(), let modified = try? file.modified() else { return nil }
        let length = size > 24 ? max(0, modified - start.microseconds) : 0
        return Capture(length: .microseconds(length), ended: start.advanced(by: .microseconds(length)))
    }
}

extension WallTime {
    func advanced(by duration: Duration) -> WallTime {
        let (seconds, attoseconds) = duration.components
        return WallTime(microseconds: microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }
}
