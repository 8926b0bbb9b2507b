import Testing

@testable import CallModel

/// Every transition of a recording, drawn a second time.
struct TransitionTableTests {
    /// What the columns stand for.
    static let stimuli: [RecordingInput] = [
        .wished, .ready, .barred, .confirmed, .refused, .unproved, .unanswered, .ended, .lost, .mediaMoved,
        .searchOver, .pauseLimit,
    ]

    /// A row for each state; a dash where nothing comes of it.
    static let drawing = """
                   wished  ready   barred confirmed refused     unproved    unanswered  ended    lost     moved   search-over limit
        armed      settle  settle  fail   -         -           -           -           -        -        -       -           heed
        starting   note    -       -      reach     next        next+stop   next+stop   next     next     again   -           -
        on         settle  -       -      -         -           -           -           end      recover  follow  -           -
        pausing    note    -       -      reach     no-pause    no-pause    no-pause    end      recover  follow  -           -
        paused     settle  -       -      -         -           -           -           end      recover  follow  -           heed
        resuming   note    -       -      reach     no-resume   no-resume   no-resume   end      recover  follow  -           heed
        stopping   note    -       -      reach     stop-again  stop-again  no-stop     end      end      -       -           -
        recovering settle  -       -      reach     next        next+stop   next+stop   next     next     again   not-found   heed
        over       -       -       -      -         -           -           -           -        -        -       -           -
        """

    static let words: [String: RecordingAction] = [
        "-": .stay, "note": .wait, "settle": .settle, "reach": .reach, "fail": .failStart, "next": .tryNextServer,
        "next+stop": .tryNextServerAndCleanUp, "no-pause": .giveUpPause, "no-resume": .giveUpResume,
        "again": .startAgain, "follow": .follow, "stop-again": .repeatStop, "no-stop": .giveUpStop, "recover": .recover,
        "end": .end,
        "not-found": .giveUpSearch, "heed": .heedLimit,
    ]

    static let rows: [[Substring]] = drawing.split(separator: "\n").map { $0.split(separator: " ") }

    @Test func `the drawing has every state, every stimulus and every move`() {
        #expect(Self.rows.dropFirst().map { String($0[0]) } == RecordingPhase.allCases.map { "\($0)" })
        #expect(Set(Self.stimuli) == Set(RecordingInput.allCases) && Self.stimuli.count == Self.rows[0].count)
        #expect(Set(Self.rows.dropFirst().flatMap { $0.dropFirst() }.map(String.init)) == Set(Self.words.keys))
    }

    @Test(arguments: RecordingPhase.allCases)
    func `a recording moves as the drawing says`(phase: RecordingPhase) throws {
        let row = try #require(Self.rows.first { $0[0] == "\(phase)" })
        for (stimulus, word) in zip(Self.stimuli, row.dropFirst()) {
            #expect(phase.move(on: stimulus) == Self.words[String(word)], "\(phase), \(stimulus)")
        }
    }
}
