import CallControl
import TLibrary

/// A line that waits to be written.
struct RecordEntry: Sendable {
    enum Line: Sendable {
        case began(RecordingRecord)
        case record(RecordingRecord)
        /// The record of a recording that an earlier run left open.
        case earlier(JSON)
    }

    let line: Line
    /// About what it takes, in memory and as a line.
    let bytes: Int
    let since = ContinuousClock.now

    init(_ line: Line) {
        self.line = line
        bytes =
            switch line {
            case .began(let record), .record(let record): record.estimatedBytes
            case .earlier: 2_048
            }
    }
}

extension RecordEntry.Line {
    /// Its end included.
    var bytes: [UInt8] {
        let json =
            switch self {
            case .began(let record): JSON(begun: record)
            case .record(let record): JSON(record)
            case .earlier(let json): json
            }
        return Array("\(json.text)\n".utf8)
    }
}

extension RecordingRecord {
    fileprivate var estimatedBytes: Int {
        let lists = transitions.reduce(0) { bytes, transition in
            guard case .wished(_, _, let requester?) = transition.event else { return bytes }
            return bytes + requester.reasons.packed.count + requester.extensions.packed.count
        }
        return 512 + 256 * (transitions.count + files.count + gaps.count) + lists
    }
}
