import EventLoops

/// What one step changed in the sums of all recordings: what an engine counts by, without looking at any call.
public struct RecordingMetricsDelta: Sendable, Equatable {
    /// Recordings that came into each effective state, less those that left it. One that begins comes into `off`; one
    /// that is over leaves its state and comes into none.
    public internal(set) var off: Int32 = 0
    public internal(set) var on: Int32 = 0
    public internal(set) var paused: Int32 = 0
    /// Recording requests that were accepted; one that is asked again is the same.
    public internal(set) var accepted: Int32 = 0
    /// Media commands none of whose tries was answered.
    public internal(set) var unanswered: Int32 = 0
    /// Changes of an effective state, beginnings and ends aside: what a lamp shows.
    public internal(set) var lamps: Int32 = 0

    public init() {}

    @inline(__always)
    public var isEmpty: Bool { self == RecordingMetricsDelta() }

    /// `nil`: it is not there yet, or not any more.
    mutating func move(from old: RecordingState?, to new: RecordingState?) {
        if let old { self[old] -= 1 }
        if let new { self[new] += 1 }
    }

    private subscript(state: RecordingState) -> Int32 {
        get {
            switch state {
            case .off: off
            case .on: on
            case .paused: paused
            }
        }
        set {
            switch state {
            case .off: off = newValue
            case .on: on = newValue
            case .paused: paused = newValue
            }
        }
    }
}

extension Recording {
    /// Counts it under its effective state, where that is another than before.
    mutating func count(in tally: inout RecordingMetricsDelta) {
        let old = counted
        guard old != effective else { return }
        counted = effective
        tally.move(from: old, to: effective)
        if old != nil { tally.lamps += 1 }
    }
}

/// An accepted recording request whose outcome is now known for all recordings that took its wish.
public struct CompletedRequest: Sendable, Equatable {
    /// When its EventACK was made, in microseconds since 1970.
    public var accepted: Int64
    public var result: RecordingResult
}
