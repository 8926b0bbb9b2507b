import TLibrary

/// What holds for every call of an engine: made once from the configuration, and shared.
public final class CallPolicy: Sendable {
    public let directory: Directory
    public let recording: RecordingOptions
    /// Empty: recording is not available.
    public let mediaServers: MediaServerList
    /// Option `user-data`: packed bytes of what clients set.
    public let userDataLimit: Int
    public let consultUserData: ConsultUserData
    public let mergedUserData: MergedUserData
    /// Whether calls tell what happens to recordings, for somebody who keeps records.
    public let keepsRecords: Bool

    public init(
        directory: Directory, recording: RecordingOptions, mediaServers: MediaServerList, userDataLimit: Int,
        consultUserData: ConsultUserData = .separate, mergedUserData: MergedUserData = .mainOnly,
        keepsRecords: Bool = false
    ) {
        self.directory = directory
        self.recording = recording
        self.mediaServers = mediaServers
        self.userDataLimit = userDataLimit
        self.consultUserData = consultUserData
        self.mergedUserData = mergedUserData
        self.keepsRecords = keepsRecords
    }

    /// The verb that a private service message stands for; `nil`: it is none of the recording service.
    public func verb(of privateMessage: Int32) -> RecordingVerb? {
        let numbers = recording.privateMessages
        return switch privateMessage {
        case numbers.start: .start
        case numbers.stop: .stop
        case numbers.pause: .pause
        case numbers.resume: .resume
        default: nil
        }
    }
}
