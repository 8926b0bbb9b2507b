import TLibrary

@testable import CallModel

/// Watches what options begin: paused where each recording of the call is to be paused, on where one is to be on.
struct JoinerOracle {
    /// What is desired of each live recording; `nil`: a command has failed, and what is desired now is not told.
    private var desired: [RecordingID: RecordingState?] = [:]
    private var justBegun: Set<RecordingID> = []
    let covers: Bool
    private(set) var faults: [String] = []

    init(covers: Bool) {
        self.covers = covers
    }

    mutating func see(_ outcome: CallOutcome) {
        for transition in outcome.transitions { follow(transition) }
    }

    private mutating func follow(_ transition: RecordingTransition) {
        let id = transition.recording
        switch transition.event {
        case .began: justBegun.insert(id)
        case .wished(let wish):
            if justBegun.remove(id) != nil, wish.cause == .configuration { check(wish.target, of: id) }
            desired[id] = wish.target == .off ? nil : .some(wish.target)
        case .answered(let answer):
            switch answer.word {
            case .refused, .notProved, .unanswered: if desired[id] != nil { desired[id] = .some(nil) }
            case .started, .confirmed, .ended, .lost, .audio, .noAudio, .source, .undecoded: break
            }
        case .over: desired[id] = nil
        case .sent, .evidence, .changed, .carried: break
        }
    }

    private mutating func check(_ target: RecordingState, of id: RecordingID) {
        let others = desired.values
        if target == .paused, !covers || others.contains(.on) { faults.append("\(id) begins paused") }
        if target == .on, covers, !others.isEmpty, others.allSatisfy({ $0 == .paused }) {
            faults.append("\(id) captures in a paused call")
        }
    }
}
