import TLibrary

/// What a client's recording lamp shows for a call: `GSIP_RECORD`, in whichever spelling the server uses.
enum RecordingIndicator: String, Sendable {
    case on = "On"
    case paused = "Paused"
    case off = "Off"
    /// There is no connection to the server, and so no knowing.
    case unknown = "unknown"
    /// The server knows nothing of the call any more.
    case cleared = "cleared"

    /// `nil` where the call has no recording to speak of.
    init?(_ userData: KeyValueList?) {
        switch userData?.first("GSIP_RECORD")?.text?.lowercased() {
        case "on": self = .on
        case "paused": self = .paused
        case "off": self = .off
        default: return nil
        }
    }

    func shown(_ console: Console) -> String {
        switch self {
        case .on: console.paint("● On", .red)
        case .paused: console.paint("◐ Paused", .yellow)
        case .off: console.paint("○ Off", .faint)
        case .unknown: console.paint("? unknown", .yellow)
        case .cleared: console.paint("– cleared", .faint)
        }
    }
}
