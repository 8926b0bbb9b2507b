import TLibrary

/// One step of a call while it is taken: what it works on, and the outcome as it grows.
struct CallStep: ~Copyable, Sendable {
    let rules: CallRules
    let moment: Moment
    var facts: CallFacts
    var callHasEnded: Bool
    var outcome: CallOutcome
    /// Recordings whose media server told in this step where it takes their media.
    var intakes: [(RecordingID, MediaIntake)] = []
    /// Recordings that ended in this step.
    var endedPaths: [RecordingID] = []

    init(
        rules: CallRules, moment: Moment, facts: CallFacts, callHasEnded: Bool, outcome: consuming CallOutcome
    ) {
        self.rules = rules
        self.moment = moment
        self.facts = facts
        self.callHasEnded = callHasEnded
        self.outcome = outcome
    }

    consuming func finish() -> CallOutcome { outcome }

    func party(on dn: DirectoryNumber) -> Party? {
        facts.parties.first { $0.dn == dn }
    }
}
