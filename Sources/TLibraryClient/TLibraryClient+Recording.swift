public import TLibrary

/// What came of a recording request: EventPrivateInfo, read.
public struct RecordingOutcome: Sendable, Equatable {
    /// `done`, `superseded` or `failed` (Recording contract, "Requests at run time"); later servers may know more.
    public var result: String
    /// `off`, `on` or `paused`: what the media server has confirmed.
    public var state: String
    /// Why it failed.
    public var reason: String?
    /// The recording that the request addressed, where it named one or started one.
    public var id: String?
    public var event: Event

    /// Whether the recording now does what was asked.
    public var isDone: Bool { result == "done" }

    init(_ event: Event) throws(TLibraryClientError) {
        let extensions = event.extensions ?? [:]
        guard let result = extensions.first("result")?.text, let state = extensions.first("state")?.text else {
            throw TLibraryClientError(.protocolViolation, "The server's EventPrivateInfo has no result or no state.")
        }
        self.result = result
        self.state = state
        reason = extensions.first("reason")?.text
        id = extensions.first("id")?.text
        self.event = event
    }
}

/// Whose leg a recording takes, seen from ThisDN (Recording contract, "Three ways to start").
public enum RecordingSide: String, Sendable, CaseIterable {
    case source, destination
}

// Recording, in the domain's words. Each waits for the outcome, not just for the server's EventACK.
extension TLibraryClient {
    public func startRecording(
        _ call: ConnectionID, at dn: DirectoryNumber, side: RecordingSide? = nil, id: String? = nil,
        extensions: KeyValueList = [:]
    ) async throws(TLibraryClientError) -> RecordingOutcome {
        var extensions = extensions
        if let side { extensions.append("record", .string(side.rawValue)) }
        return try await record(options.privateMessages.start, call, dn, id, extensions)
    }

    /// `longest` are the seconds until the server's option `pause-limit-action` applies; `nil`: as the server has it.
    public func pauseRecording(
        _ call: ConnectionID, at dn: DirectoryNumber, id: String? = nil, longest: Int32? = nil
    ) async throws(TLibraryClientError) -> RecordingOutcome {
        var extensions: KeyValueList = [:]
        if let longest { extensions.append("max-pause", .integer(longest)) }
        return try await record(options.privateMessages.pause, call, dn, id, extensions)
    }

    public func resumeRecording(
        _ call: ConnectionID, at dn: DirectoryNumber, id: String? = nil
    ) async throws(TLibraryClientError) -> RecordingOutcome {
        try await record(options.privateMessages.resume, call, dn, id, [:])
    }

    public func stopRecording(
        _ call: ConnectionID, at dn: DirectoryNumber, id: String? = nil
    ) async throws(TLibraryClientError) -> RecordingOutcome {
        try await record(options.privateMessages.stop, call, dn, id, [:])
    }

    private func record(
        _ service: Int32, _ call: ConnectionID, _ dn: DirectoryNumber, _ id: String?, _ extensions: KeyValueList
    ) async throws(TLibraryClientError) -> RecordingOutcome {
        var extensions = extensions
        if let id { extensions.append("id", .string(id)) }
        return try RecordingOutcome(
            try await outcome(of: .privateService(service), thisDN: dn, connection: call, extensions: extensions))
    }
}
