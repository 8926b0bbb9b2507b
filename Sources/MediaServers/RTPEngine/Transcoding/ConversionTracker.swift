import CallControl
import CallModel

/// What a link keeps of its recordings until their files are closed, so that they can be converted.
///
/// Pure. It is told every command before it is carried out, and every report as it is given.
struct ConversionTracker: Sendable {
    private struct Entry: Sendable {
        var start: MediaCommand.ID
        var session: MediaSession
        var name: String
        var began: Duration
        /// When its last start, or resume, was sent.
        var ordered: ClockReading
        var segments: [ConversionJob.Segment] = []
        var quiet: [Range<Duration>] = []
        /// Since when nothing is captured, where that has been seen.
        var quietSince: Duration?
        var streams = RecordedStreams()
        var stop: MediaCommand.ID?
        var ended: Duration?

        /// Takes what was seen of capture. Times are since the recording began.
        mutating func see(_ evidence: CaptureEvidence, at now: Duration) {
            switch evidence.edge {
            case .ended(let moment):
                quietSince = moment - began
            case .began(let moment):
                let moment = moment - began
                if let since = quietSince, since < moment { quiet.append(since..<moment) }
                quietSince = nil
                guard let last = segments.indices.last, segments[last].firstPacket == nil else { return }
                segments[last].firstPacket = moment...max(moment, now - began)
            }
        }
    }

    /// What is to be done after a command or a report.
    enum Next: Sendable {
        case nothing
        /// The server is asked where it takes the media of this call-id.
        case ask(callID: String)
        case convert(ConversionJob)
    }

    /// Where the WAV files go.
    private let directory: String
    private var entries: [RecordingKey: Entry] = [:]
    /// Whose recording a call-id has: one at a time.
    private var holders: [String: RecordingKey] = [:]

    init(directory: String) {
        self.directory = directory
    }

    /// Recordings that are not converted yet.
    var count: Int { entries.count }

    mutating func take(_ command: MediaCommand, at time: ClockReading) -> Next {
        let holder = RecordingKey(command)
        switch command.verb {
        case .start(let order):
            if let session = order.session, entries[holder] == nil {
                entries[holder] = Entry(
                    start: command.id, session: session, name: order.fileName, began: time.steady, ordered: time)
                holders[session.callID] = holder
            }
            return .nothing
        case .resume:
            entries[holder]?.ordered = time
            return .nothing
        case .pause:
            return .nothing
        case .stop:
            guard let entry = entries[holder] else { return .nothing }
            entries[holder]?.stop = command.id
            guard entry.ended == nil else { return .nothing }
            entries[holder]?.ended = time.steady
            // The media may have moved since the start; once the call is gone nobody knows any more.
            return .ask(callID: entry.session.callID)
        }
    }

    /// `file` is the path of the recording's pcap file at this moment, where it has one; `seen`: how long the last file
    /// was when it was looked at last.
    mutating func take(
        _ event: MediaReport.Event, of holder: RecordingKey, file: String?, seen: Int? = nil, at now: Duration
    ) -> Next {
        guard let entry = entries[holder] else { return .nothing }
        switch event {
        case .started, .resumed:
            guard let file, !entry.segments.contains(where: { $0.path == file }) else { return .nothing }
            entries[holder]?.segments.append(
                ConversionJob.Segment(
                    path: file, began: entry.ordered.steady - entry.began, wallTime: entry.ordered.wall))
            return .ask(callID: entry.session.callID)
        case .confirmed(let id):
            return id == entry.stop ? close(entry, of: holder, at: now) : .nothing
        case .refused(let id, _):
            if id == entry.start { forget(entry, of: holder) }
            return .nothing
        case .ended:
            return close(entry, of: holder, at: now)
        case .lost:
            return close(shortened(entry, seen), of: holder, at: now)
        case .evidence(let evidence):
            entries[holder]?.see(evidence, at: now)
            return .nothing
        case .audio, .source, .undecoded:
            return .nothing
        }
    }

    /// What a lost server writes yet is no part of the recording: it has what was seen of the last file, and is over where
    /// its capture ended.
    private func shortened(_ entry: Entry, _ seen: Int?) -> Entry {
        var entry = entry
        var end = entry.quietSince
        if let last = entry.segments.indices.last, let seen {
            entry.segments[last].length = seen
            // Nothing was seen of that file.
            if entry.segments[last].firstPacket == nil { end = end ?? entry.segments[last].began }
        }
        entry.ended = entry.ended ?? end.map { entry.began + $0 }
        return entry
    }

    private mutating func close(_ entry: Entry, of holder: RecordingKey, at now: Duration) -> Next {
        forget(entry, of: holder)
        guard !entry.segments.isEmpty else { return .nothing }
        let length = max(.zero, (entry.ended ?? now) - entry.began)
        var quiet = entry.quiet
        if let since = entry.quietSince, since < length { quiet.append(since..<length) }
        return .convert(
            ConversionJob(
                connection: holder.connection, segments: entry.segments, length: length, quiet: quiet,
                streams: entry.streams, directory: directory, name: entry.name))
    }

    private mutating func forget(_ entry: Entry, of holder: RecordingKey) {
        entries[holder] = nil
        if holders[entry.session.callID] == holder {
            holders[entry.session.callID] = nil
        }
    }

    /// The server's answer to a query of that call-id. Returns whose it is, and the codecs that are new with it and are not
    /// decoded; `nil`: it adds none.
    mutating func learn(
        _ answer: borrowing Span<UInt8>, of callID: String
    ) -> (holder: RecordingKey, undecoded: [String])? {
        guard let holder = holders[callID], var entry = entries[holder],
            let streams = RecordedStreams(query: answer, of: entry.session)
        else { return nil }
        let before = entry.streams.undecodedCodecs
        entry.streams.formUnion(streams)
        entries[holder] = entry
        let undecoded = entry.streams.undecodedCodecs.subtracting(before)
        return undecoded.isEmpty ? nil : (holder, undecoded.sorted())
    }
}
