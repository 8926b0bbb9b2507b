import CallControl
import CallControlTesting
import CallModel
import EventLoops
import TLibrary

/// *Each started recording ends in exactly one record*, and the record says what was captured, when, by whose wish, and
/// in which files.
struct RecordRule {
    private struct Key: Hashable {
        var call: ConnectionID
        var recording: String
    }

    let shelf: RecordCollector
    let desks: [ModelClient]
    let media: [ScriptedMediaServer]
    let options: RecordingOptions

    var faults: [String] {
        let records = Dictionary(grouping: shelf.records, by: key)
        let notes = Dictionary(grouping: shelf.notes) { Key(call: $0.call, recording: $0.recording.text) }
        var faults: [String] = []
        for (key, records) in records where records.count != 1 {
            faults.append("\(key.recording) has \(records.count) records")
        }
        for key in notes.keys where records[key] == nil { faults.append("\(key.recording) has no record") }
        let begun = Dictionary(grouping: shelf.begun, by: key)
        for (key, records) in records where begun[key]?.count ?? 0 != (records.contains { !$0.files.isEmpty } ? 1 : 0) {
            faults.append("\(key.recording) began \(begun[key]?.count ?? 0) times")
        }
        for record in shelf.records { faults += self.faults(of: record, notes[key(record)] ?? []) }
        return faults + untold(records) + unkept(records)
    }

    private func key(_ record: RecordingRecord) -> Key {
        Key(call: record.call.connection, recording: record.id.text)
    }

    // MARK: - What it says of itself

    private func faults(of record: RecordingRecord, _ notes: [RecordCollector.Note]) -> [String] {
        var faults: [String] = []
        let happened = notes.map(\.transition).filter { !$0.event.isEvidence }
        if record.transitions != happened { faults.append("\(record.id): was told other transitions") }
        if record.transitions.last?.event != .over(record.ending) { faults.append("\(record.id): is not over") }
        if record.transitions.contains(where: { $0.moment.monotonic < record.began.monotonic }) {
            faults.append("\(record.id): something happened before it began")
        }
        let life = record.files.first.map { record.ended.monotonic - $0.began.monotonic } ?? .zero
        if record.captured + record.uncaptured != life { faults.append("\(record.id): time is missing in it") }
        for gap in record.gaps where gap.length <= .zero { faults.append("\(record.id): has a gap of no length") }
        return faults
    }

    // MARK: - What the media servers say

    /// Every stretch that was captured by what the media servers confirmed is one that no gap covers, and the other way
    /// round; and all files are named.
    private func untold(_ records: [Key: [RecordingRecord]]) -> [String] {
        var faults: [String] = []
        for call in Set(media.flatMap(\.log.sendings).map(\.command.connection)) {
            let truth = Oracle(of: call, from: media, options: options)
            for (recording, changes) in Dictionary(grouping: truth.changes, by: \.recording) {
                guard let record = records[Key(call: call, recording: recording)]?.first else {
                    faults.append("\(recording) was recorded and has no record")
                    continue
                }
                let files = changes.compactMap(\.file)
                if record.files.map(\.name) != files {
                    faults.append("\(recording): names \(record.files), not \(files)")
                }
                let told = record.captures
                let end = record.ended.monotonic.inMicroseconds
                var seen = Self.captures(changes, until: end)
                if record.evidence != nil {
                    let evidence = Evidence(of: recording, in: call, changes, media, until: end)
                    if evidence.isAmbiguous { continue }
                    seen = evidence.cover(seen)
                }
                if !Self.agree(told, seen) { faults.append("\(recording): says \(told) was captured, and \(seen) was") }
            }
        }
        return faults
    }

    private static func captures(_ changes: [Oracle.Change], until end: Duration) -> [ClosedRange<Duration>] {
        var captures: [ClosedRange<Duration>] = []
        var since: Duration?
        for change in changes {
            if change.state == .on { since = since ?? change.time; continue }
            if let start = since { captures.append(start...change.time) }
            since = nil
        }
        if let since { captures.append(since...max(since, end)) }
        return captures
    }

    /// What a media server says reaches the engine a turn or two later: both agree at every moment that is not within
    /// that time of a change.
    private static func agree(_ told: [ClosedRange<Duration>], _ seen: [ClosedRange<Duration>]) -> Bool {
        let lag = Duration.milliseconds(6)
        let moments = (told + seen).flatMap { [$0.lowerBound, $0.upperBound] }.sorted()
        let spans = zip(moments, moments.dropFirst()).filter { $0.1 - $0.0 > lag * 2 }
        return spans.allSatisfy { from, to in
            let point = from + lag
            return told.contains { $0.contains(point) } == seen.contains { $0.contains(point) }
        }
    }

    // MARK: - What clients were told

    /// Whether it may have been asked before, so that the record names that one.
    private func isRepeated(_ reference: ReferenceID, _ client: SimulatedClient) -> Bool {
        let place = Int(reference.rawValue) - 1
        return client.requests[..<place].contains { client.requests[place].isSame(as: $0) }
    }

    /// Each request that was accepted stands in a record, under its client's name.
    private func unkept(_ records: [Key: [RecordingRecord]]) -> [String] {
        var asked: Set<String> = []
        for record in shelf.records {
            for case .wished(_, _, let requester?) in record.transitions.map(\.event) {
                asked.insert("\(requester.application) \(requester.reference) \(requester.dn)")
            }
        }
        return desks.flatMap { desk in
            desk.client.events(.eventACK).compactMap { event in
                guard event.privateMsgID != nil, let reference = event.referenceID, let dn = event.thisDN else {
                    return nil
                }
                if isRepeated(reference, desk.client) { return nil }
                let name = "\(desk.client.name) \(reference) \(dn)"
                return asked.contains(name) ? nil : "\(name) was accepted and is in no record"
            }
        }
    }
}

extension RecordingRecord.Transition.Event {
    fileprivate var isEvidence: Bool {
        if case .evidence = self { true } else { false }
    }
}

extension RecordingRecord {
    /// When audio was captured, to the microsecond: what is between the gaps.
    fileprivate var captures: [ClosedRange<Duration>] {
        guard var since = files.first?.began.monotonic.inMicroseconds else { return [] }
        var captures: [ClosedRange<Duration>] = []
        for gap in gaps {
            captures.append(since...max(since, gap.from.monotonic.inMicroseconds))
            since = gap.to.monotonic.inMicroseconds
        }
        captures.append(since...max(since, ended.monotonic.inMicroseconds))
        return captures
    }
}

extension Duration {
    fileprivate var inMicroseconds: Duration {
        self - Duration(secondsComponent: 0, attosecondsComponent: components.attoseconds % 1_000_000_000_000)
    }
}
