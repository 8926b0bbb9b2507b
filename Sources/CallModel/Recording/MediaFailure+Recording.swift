/// What a failed command means for its recording.
extension MediaFailure {
    var stimulus: RecordingInput {
        switch self {
        case .refused, .disk: .refused
        case .notProved: .unproved
        }
    }

    var reason: RecordingReason {
        switch self {
        case .refused: .refused
        case .notProved: .notProved
        case .disk: .disk
        }
    }
}
