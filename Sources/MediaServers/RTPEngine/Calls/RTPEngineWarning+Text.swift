import Logging

extension RTPEngineWarning {
    var level: Logger.Level {
        switch self {
        case .noSession, .callIDIsTaken, .wouldOverwrite, .writesWhilePaused, .resumedByOthers, .pauseIsNotShown,
            .notWritten, .callIDTooLong:
            .error
        case .namesFilesItself, .inherited: .warning
        }
    }

    var text: String {
        switch self {
        case .noSession: "a recording is refused: the switch has told no media session of its party"
        case .callIDIsTaken: "a recording is refused: rtpengine records whole calls, and this one's call-id is recorded"
        case .wouldOverwrite:
            """
            a recording is refused: this release of rtpengine would write it over the call's earlier one, which cannot \
            be renamed from here
            """
        case .namesFilesItself:
            "a media server does not write where it is told to, and names its files itself from now on"
        case .writesWhilePaused:
            "a media server goes on writing what it says it has paused: pauses are stops from now on"
        case .resumedByOthers: "a paused recording is written again though this engine did not resume it: it is stopped"
        case .pauseIsNotShown:
            """
            a pause is refused: this release of rtpengine may go on writing, and without its spool directory nobody \
            would see it
            """
        case .notWritten: "a recording has ended: its audio comes in, and its file does not grow"
        case .inherited: "what was recorded before this engine began is stopped"
        case .callIDTooLong: "a recording has no file: its call-id is too long for the name of one"
        }
    }

    var metadata: Logger.Metadata {
        guard case .callIDTooLong(let length) = self else { return [:] }
        return ["bytes": "\(length)", "limit": "\(SpoolFile.longestCallID)"]
    }
}
