import CallModel
import Foundation
import TLibrary

/// The verbs and the transitions, as the call model has them.
struct RecordingChapter {
    let parts: [String]

    init(package: URL) throws {
        let source = try String(
            contentsOf: package.appending(path: "Sources/CallModel/Recording/RecordingTransitions.swift"),
            encoding: .utf8)
        let phases = CaseMeanings(of: "RecordingPhase", in: source)
        let stimuli = CaseMeanings(of: "RecordingInput", in: source)
        let moves = CaseMeanings(of: "RecordingAction", in: source)
        parts =
            [Self.verbs, Self.transitionsHead, try Self.meanings("stimulus", stimuli, RecordingInput.allCases)]
            + (try RecordingPhase.allCases.map { try Self.transitions(of: $0, phases, moves) })
    }

    // MARK: - Verbs

    private static var verbs: String {
        let verbs: [RecordingVerb] = [.start, .pause, .resume, .stop]
        var table = MarkdownTable("desired", "START", "PAUSE", "RESUME", "STOP")
        for desired in RecordingState.allCases {
            table.add([desired.rawValue] + verbs.map { answer(to: $0, whenDesired: desired) })
        }
        return """
            ## Answers to verbs

            A verb is checked against the *desired* state of the recording, never against commands in flight. Without a recording,
            *desired* is off. 43 is "already in the requested state", 1161 "incorrect object state".

            \(table.text)
            """
    }

    private static func answer(to verb: RecordingVerb, whenDesired desired: RecordingState) -> String {
        switch verb.verdict(whenDesired: desired) {
        case .accepted: "accepted: \(verb.target.rawValue)"
        case .alreadyThere: "\(ErrorCode.alreadyInState.rawValue)"
        case .wrongState: "\(ErrorCode.incorrectObjectState.rawValue)"
        }
    }

    // MARK: - Transitions

    private static let transitionsHead = """
        ## Transitions of a recording

        A recording is in one of \(RecordingPhase.allCases.count) phases, from its *effective* state to its *desired* state. Its phase and the input,
        the *stimulus*, determine its action, the *move*. Stimuli without an effect share the last row of each table.

        ### Inputs
        """

    private static func meanings<Value: Equatable>(
        _ head: String, _ meanings: CaseMeanings, _ values: [Value]
    ) throws -> String {
        var table = MarkdownTable(head, "meaning")
        for value in values { table.add("`\(value)`", try meanings(value)) }
        return table.text
    }

    private static func transitions(
        of phase: RecordingPhase, _ phases: CaseMeanings, _ moves: CaseMeanings
    ) throws -> String {
        var table = MarkdownTable("stimulus", "move", "what it does")
        var seen: [(move: RecordingAction, stimuli: [RecordingInput])] = []
        for stimulus in RecordingInput.allCases {
            let move = phase.move(on: stimulus)
            if let place = seen.firstIndex(where: { $0.move == move }) {
                seen[place].stimuli.append(stimulus)
            } else {
                seen.append((move, [stimulus]))
            }
        }
        for (move, stimuli) in seen.filter({ $0.move != .stay }) + seen.filter({ $0.move == .stay }) {
            table.add(stimuli.map { "\($0)" }.listed, "`\(move)`", try moves(move))
        }
        return """
            ### Phase \(phase)

            \(try phases(phase))

            \(table.text)
            """
    }
}
