import CallControl
import EventLoops
import Foundation

/// The records files as an earlier run has left them, and what is to be closed in them: each recording that began has one
/// record, also where the server that recorded it was killed.
///
/// The files are opened and their sizes taken at once; what this run writes behind that is not read.
struct EarlierRun: Sendable {
    private struct Part: Sendable {
        var file: AppendFile
        var start: Int
        var end: Int
    }

    /// So many files are kept open.
    private static let mostFiles = 256

    private var parts: [Part] = []
    /// Of older files that are not read, for there are more than ``ServerConfiguration/Records/recoverBytes`` or than 256.
    private(set) var omittedBytes = 0

    /// Opens the files, the newest first, as far as the option `recover-bytes` reaches.
    init(_ options: ServerConfiguration.Records) {
        for number in 0...options.keep {
            guard let file = try? AppendFile(RecordFile.name(number, of: options), .read), let size = try? file.size()
            else { break }
            let room = max(0, options.recoverBytes - parts.reduce(0) { $0 + $1.end - $1.start })
            let start = parts.count < Self.mostFiles ? max(0, size - room) : size
            omittedBytes += start
            if start < size { parts.insert(Part(file: file, start: start, end: size), at: 0) }
        }
    }

    /// The lines of recordings that began and have no record, in the order in which they began.
    func open() throws -> [RecordLine] {
        var open = OpenLines()
        for part in parts {
            var lines = RecordLines(part.file, from: part.start, to: part.end)
            // Where it does not begin with the file, the first line is part of one.
            if part.start > 0 { _ = try lines.next() }
            while let line = try lines.next() { open.take(line) }
        }
        return open.lines
    }
}

/// Those of the lines read so far that tell a beginning and have no record yet.
struct OpenLines {
    private var open: [RecordKey: (number: Int, line: [UInt8])] = [:]
    /// Records whose beginning has not been read: it may come later where files are read in another order.
    private var closed: Set<RecordKey> = []
    private var count = 0

    /// Says what kind of line it is; `nil`: none.
    @discardableResult
    mutating func take(_ line: borrowing [UInt8]) -> RecordLineHead.Kind? {
        guard let head = RecordLineHead(line) else { return nil }
        switch head.kind {
        case .began:
            guard !closed.contains(head.key), open[head.key] == nil else { break }
            open[head.key] = (count, copy line)
            count += 1
        case .record:
            if open.removeValue(forKey: head.key) == nil { closed.insert(head.key) }
        }
        return head.kind
    }

    /// In the order in which they came.
    var lines: [RecordLine] {
        open.values.sorted { $0.number < $1.number }.compactMap { RecordLine(decoding: $0.line) }
    }

    /// The same, as they stand in the file.
    var texts: [[UInt8]] {
        open.values.sorted { $0.number < $1.number }.map(\.line)
    }
}

extension JSON {
    /// The record of a recording that an earlier run has left open: capture is what its file shows.
    init(closing line: RecordLine, with files: RecordedFiles, at moment: WallTime) {
        var members: [(key: String, value: JSON)] = [
            ("line", .string(RecordLineHead.Kind.record.rawValue)), ("id", .string(line.id)),
            ("connID", .string(line.connID)),
        ]
        func add(_ key: String, _ text: String?) {
            if let text { members.append((key, .string(text))) }
        }
        add("callUUID", line.callUUID)
        add("anchor", line.anchor)
        add("agent", line.agent)
        add("cause", line.cause)
        if let requester = line.requester { members.append(("requester", requester)) }
        add("began", line.began)
        let file = line.firstFile
        let start = file.flatMap { WallTime(text: $0.began) }
        let capture = file.flatMap { file in start.flatMap { files.capture(file.name, since: $0) } }
        add("ended", capture?.ended.text ?? file?.began ?? line.began)
        add("ending", "not-finished")
        add("endCause", line.cause)
        add("mediaServer", file?.mediaServer)
        add("pause", file?.pause)
        add("proof", file?.proof)
        let gaps = start.map { start in capture?.silence.map { JSON(gap: $0, since: start) } ?? [] } ?? []
        let silence = capture?.silence.reduce(.zero) { $0 + $1.upperBound - $1.lowerBound } ?? Duration.zero
        members += [
            ("capturedMs", JSON(milliseconds: (capture?.length ?? .zero) - silence)),
            ("uncapturedMs", JSON(milliseconds: silence)),
            ("evidence", .string(capture == nil ? "none" : "bytes")),
            ("resolutionMs", JSON(milliseconds: capture == nil ? .zero : RecordedFiles.resolution)),
            ("files", .array(file.map { [JSON($0)] } ?? [])), ("gaps", .array(gaps)), ("transitions", .array([])),
            ("closed", JSON(time: moment)),
        ]
        self = .object(members)
    }

    private init(gap: Range<Duration>, since start: WallTime) {
        self = .object([
            ("from", JSON(time: start.advanced(by: gap.lowerBound))),
            ("to", JSON(time: start.advanced(by: gap.upperBound))),
            ("ms", JSON(milliseconds: gap.upperBound - gap.lowerBound)), ("why", .string("no-audio")),
        ])
    }

    private init(_ file: RecordLine.File) {
        var members: [(key: String, value: JSON)] = [
            ("name", .string(file.name)), ("mediaServer", .string(file.mediaServer)), ("pause", .string(file.pause)),
        ]
        if let proof = file.proof { members.append(("proof", .string(proof))) }
        self = .object(members + [("began", .string(file.began))])
    }
}
