/// What an EventAttachedDataChanged tells of. Of those that wait for a client that reads slowly, a newer one can stand
/// for the older ones about the same (WireFormat, "Slow consumers").
package struct ConflationKey: Hashable, Sendable {
    package var thisDN: DirectoryNumber
    package var connection: ConnectionID
    /// The id of the recording that changed; `nil`: the user data changed, and no recording did.
    package var recording: String?

    package init(thisDN: DirectoryNumber, connection: ConnectionID, recording: String? = nil) {
        self.thisDN = thisDN
        self.connection = connection
        self.recording = recording
    }
}

/// As much of an encoded event as a backlog has to know.
package struct FrameSummary: Sendable {
    /// `nil`: it is no EventAttachedDataChanged, and nothing ever stands for it.
    package private(set) var subject: ConflationKey?
    package private(set) var hasReference = false
    package private(set) var hasExtensions = false

    /// Of what is nothing but bytes.
    package init() {}

    /// - Precondition: `frame` is one event of ours, or a link message, whole.
    package init(of frame: Span<UInt8>) {
        guard MessageNumber(ofFrame: frame) == .eventAttachedDataChanged else { return }
        let reference = AttributeIterator.place(of: .referenceID, in: frame)
        let connection = AttributeIterator.place(of: .connID, in: frame, from: reference.offset)
        let dn = AttributeIterator.place(of: .thisDN, in: frame, from: connection.offset)
        let extensions = AttributeIterator.place(of: .extensions, in: frame, from: dn.offset)
        hasReference = reference.isThere
        hasExtensions = extensions.isThere
        guard connection.isThere, dn.isThere else { return }
        subject = ConflationKey(
            thisDN: DirectoryNumber(String(checked: frame, dn.value)),
            connection: ConnectionID(rawValue: frame.uint64(at: connection.value.lowerBound)),
            recording: Self.recording(in: frame.extracting(extensions.value)))
    }

    /// The id in the list `recording`.
    private static func recording(in extensions: Span<UInt8>) -> String? {
        guard let recording = pair("recording", in: extensions), recording.type == .list else { return nil }
        let list = extensions.extracting(recording.value)
        return pair("id", in: list).map { String(checked: list, $0.value) } ?? ""
    }

    private static func pair(_ key: String, in list: Span<UInt8>) -> PackedPair? {
        var offset = 0
        while offset < list.count {
            let pair = PackedPair(at: offset, in: list)
            if pair.hasKey(key.utf8.span, in: list) { return pair }
            offset = pair.end
        }
        return nil
    }
}
