import CallControl
import CallModel

/// What a link keeps of its recordings until their files are closed, so that they can be converted.
///
/// Pure. It is told every command before it is carried out, and every report as it is given.
struct ConversionBook: Sendable {
    private struct Entry: Sendable {
        var start: MediaCommand.ID
        var session: MediaSession
        var name: String
        var began: WallTime
        var segments: [String] = []
        var streams = RecordedStreams()
        var stop: MediaCommand.ID?
        var ended: WallTime?
    }

    /// What is to be done after a command or a report.
    enum Next: Sendable {
        case nothing
        /// The server is asked where it takes the media of this call-id.
        case ask(callID: String)
        case convert(ConversionOrder)
    }

    /// Where the WAV files go.
    private let directory: String
    private var entries: [RecordingHolder: Entry] = [:]
    /// Whose recording a call-id has: one at a time.
    private var holders: [String: RecordingHolder] = [:]

    init(directory: String) {
        self.directory = directory
    }

    /// Recordings that are not converted yet.
    var count: Int { entries.count }

    mutating func take(_ command: MediaCommand, at time: WallTime) -> Next {
        let holder = RecordingHolder(command)
        switch command.verb {
        case .start(let order):
            if let session = order.session, entries[holder] == nil {
                entries[holder] = Entry(start: command.id, session: session, name: order.fileName, began: time)
                holders[session.callID] = holder
            }
            return .nothing
        case .pause, .resume:
            return .nothing
        case .stop:
            guard let entry = entries[holder] else { return .nothing }
            entries[holder]?.stop = command.id
            guard entry.ended == nil else { return .nothing }
            entries[holder]?.ended = time
            // The media may have moved since the start; once the call is gone nobody knows any more.
            return .ask(callID: entry.session.callID)
        }
    }

    /// `file` is the path of the recording's pcap file at this moment, where it has one.
    mutating func take(
        _ event: MediaReport.Event, of holder: RecordingHolder, file: String?, at time: WallTime
    ) -> Next {
        guard let entry = entries[holder] else { return .nothing }
        switch event {
        case .started, .resumed:
            guard let file, !entry.segments.contains(file) else { return .nothing }
            entries[holder]?.segments.append(file)
            return .ask(callID: entry.session.callID)
        case .confirmed(let id):
            return id == entry.stop ? close(entry, of: holder, at: time) : .nothing
        case .refused(let id, _):
            if id == entry.start { forget(entry, of: holder) }
            return .nothing
        case .ended, .lost:
            return close(entry, of: holder, at: time)
        case .audio, .evidence, .source:
            return .nothing
        }
    }

    private mutating func close(_ entry: Entry, of holder: RecordingHolder, at time: WallTime) -> Next {
        forget(entry, of: holder)
        guard !entry.segments.isEmpty else { return .nothing }
        return .convert(
            ConversionOrder(
                connection: holder.connection, segments: entry.segments, began: entry.began,
                ended: entry.ended ?? time, streams: entry.streams, directory: directory, name: entry.name))
    }

    private mutating func forget(_ entry: Entry, of holder: RecordingHolder) {
        entries[holder] = nil
        if holders[entry.session.callID] == holder {
            holders[entry.session.callID] = nil
        }
    }

    /// The server's answer to a query of that call-id.
    mutating func learn(_ answer: borrowing Span<UInt8>, of callID: String) {
        guard let holder = holders[callID], let entry = entries[holder],
            let streams = RecordedStreams(query: answer, of: entry.session)
        else { return }
        entries[holder]?.streams.formUnion(streams)
    }
}
