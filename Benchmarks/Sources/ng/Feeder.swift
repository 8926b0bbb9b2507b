import CallControl
import CallModel
import EventLoops
import MediaServers
import TLibrary

/// Stands where the engine would: gives the driver commands, each slot the next when the last is answered.
///
/// A slot carries out both verbs on a call, and goes on to the next call. Before it is measured, the driver gets to know
/// its server by one recording; where pauses are measured, all calls are being recorded.
actor Feeder: LoopBound {
    static let rank = 10

    nonisolated let seat: ShardSeat
    private let driver: RTPEngine
    private let options: Options
    private let finished: @Sendable (Result<Course, Failure>) -> Void
    /// What an engine knows of its calls anyhow.
    private let orders: [StartParameters]
    private let recordings: [RecordingID]
    private var slots: [Slot]
    private var phase = Phase.meeting
    private var lastCommand: UInt32 = 0
    private var waiting = 0
    private var isOver = false
    private var course: Course

    struct Failure: Error {
        var reason: String
    }

    private enum Phase {
        /// One recording, alone.
        case meeting
        /// All recordings are started.
        case starting
        case measuring
    }

    private struct Slot {
        var call: Int
        var verb = 0
        var begun: UInt64 = 0
        var command: MediaCommand?
    }

    init(
        seat: ShardSeat, driver: RTPEngine, options: Options,
        finished: @escaping @Sendable (Result<Course, Failure>) -> Void
    ) {
        self.seat = seat
        self.driver = driver
        self.options = options
        self.finished = finished
        orders = (0..<options.calls).map(Self.order)
        recordings = (0..<options.calls).map(Self.recording)
        slots = (0..<options.outstanding).map { Slot(call: $0) }
        course = Course(warmUp: options.warmUp, measured: options.measured, limit: options.limit)
    }

    func begin() {
        give(.start(order(0)), to: 0)
    }

    func take(_ report: MediaReport) {
        let call = Int(report.connection.rawValue) - 1
        let place = call % slots.count
        guard slots[place].call == call, let command = slots[place].command else {
            return fail("a report came to no command: \(report.event)")
        }
        switch report.event {
        case .started(command.id, _, _, _), .resumed(command.id, _, _), .confirmed(command.id): break
        default: return fail("\(command.verb) was answered with \(report.event)")
        }
        slots[place].command = nil
        waiting -= 1
        switch phase {
        case .meeting: goOnMeeting(command)
        case .starting: goOnStarting(place)
        case .measuring: goOnMeasuring(place)
        }
    }

    private func fail(_ reason: String) {
        finish(.failure(Failure(reason: reason)))
    }

    private func finish(_ result: Result<Course, Failure>) {
        guard !isOver else { return }
        isOver = true
        finished(result)
    }
}

// MARK: - Phases

extension Feeder {
    private func goOnMeeting(_ command: MediaCommand) {
        if case .start = command.verb { return give(.stop, to: 0) }
        switch options.verbs {
        case .startStop: measure()
        case .pauseResume:
            phase = .starting
            for place in slots.indices { give(.start(order(place)), to: place) }
        }
    }

    private func goOnStarting(_ place: Int) {
        slots[place].call += slots.count
        if slots[place].call < options.calls { return give(.start(order(place)), to: place) }
        slots[place].call = place
        if waiting == 0 { measure() }
    }

    private func measure() {
        phase = .measuring
        for place in slots.indices { giveNext(to: place) }
    }

    private func goOnMeasuring(_ place: Int) {
        let slot = slots[place]
        course.count(slot.verb, begun: slot.begun)
        if course.isOver {
            if waiting == 0 { finish(.success(course)) }
            return
        }
        slots[place].verb = 1 - slot.verb
        if slot.verb == 1 { goToNextCall(place) }
        giveNext(to: place)
    }

    private func goToNextCall(_ place: Int) {
        slots[place].call += slots.count
        if slots[place].call >= options.calls { slots[place].call = place }
    }

    private func giveNext(to place: Int) {
        switch (options.verbs, slots[place].verb) {
        case (.startStop, 0): give(.start(order(place)), to: place)
        case (.startStop, _): give(.stop, to: place)
        case (.pauseResume, 0): give(.pause, to: place)
        case (.pauseResume, _): give(.resume, to: place)
        }
    }
}

// MARK: - Commands

extension Feeder {
    private func give(_ verb: MediaCommand.Verb, to place: Int) {
        lastCommand += 1
        let call = slots[place].call
        let command = MediaCommand(
            id: MediaCommand.ID(rawValue: lastCommand), connection: ConnectionID(rawValue: UInt64(call) + 1),
            recording: recordings[call], server: 0, verb: verb)
        waiting += 1
        slots[place].command = command
        slots[place].begun = monotonicTime()
        driver.perform(command, on: seat.shard)
    }

    /// Each recording has a name of its own.
    private func order(_ place: Int) -> StartParameters {
        var order = orders[slots[place].call]
        order.fileName += "\(lastCommand)"
        return order
    }

    private static func order(_ call: Int) -> StartParameters {
        StartParameters(
            fileName: "bench-\(call)_5001_15551234567_2026-01-01_09-30-00_", anchor: "5001", callUUID: "bench-\(call)",
            session: MediaSession(callID: "bench-\(call)", fromTag: "caller-\(call)", toTag: "callee-\(call)"))
    }

    private static func recording(_ call: Int) -> RecordingID {
        guard let id = RecordingID("bench-\(call)") else {
            preconditionFailure("A recording's id is made of what an id may hold.")
        }
        return id
    }
}
