public import CallModel

/// What a media server does with one sending of a command.
public enum MediaBehaviour: Sendable, Equatable {
    /// Carries it out and says so.
    case confirm(after: Duration)
    /// Says it a second time, so much after the first.
    case confirmTwice(after: Duration, again: Duration)
    /// Turns it down. A sending of a command that was carried out before is confirmed all the same.
    case refuse(after: Duration, MediaFailure = .refused)
    /// The command gets lost on its way.
    case loseCommand
    /// It is carried out, and the answer gets lost on its way.
    case loseAnswer
    /// It is carried out, and the answer waits for ``ScriptedMediaServer/answerHeld()``.
    case hold
}

/// How a ``ScriptedMediaServer`` behaves: for each sending of each command, by the test or by the seed.
public struct MediaScript: Sendable {
    let choose: @Sendable (MediaCommand, inout SeededGenerator) -> MediaBehaviour

    public init(_ choose: @escaping @Sendable (MediaCommand, inout SeededGenerator) -> MediaBehaviour) {
        self.choose = choose
    }

    /// Everything is confirmed, soon.
    public static let sound = MediaScript { _, seed in
        .confirm(after: seed.draw(.microseconds(100)...Duration.milliseconds(20)))
    }

    public static func always(_ behaviour: MediaBehaviour) -> MediaScript {
        MediaScript { _, _ in behaviour }
    }

    /// One sending in `oneIn` meets a fault that the seed draws. An answer that comes late comes `late`, which a test
    /// sets beyond what the engine waits for in all its tries.
    public static func faulty(oneIn: Int, late: Duration) -> MediaScript {
        MediaScript { _, seed in
            let soon = seed.draw(.microseconds(100)...Duration.milliseconds(300))
            guard seed.oneIn(oneIn) else { return .confirm(after: soon) }
            return switch seed.draw(below: 6) {
            case 0: .refuse(after: soon)
            case 1: .refuse(after: soon, .notProved)
            case 2: .loseCommand
            case 3: .loseAnswer
            case 4: .confirmTwice(after: soon, again: soon)
            default: .confirm(after: late)
            }
        }
    }
}
