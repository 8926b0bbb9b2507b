public import EventLoops

/// Where the audio of a recording's sides comes from, as far as the switch knows. A port of 0 stands for any.
public struct MediaSources: Sendable, Equatable {
    /// `nil`: not known.
    public var anchor: SocketAddress?
    public var other: SocketAddress?

    public init(anchor: SocketAddress? = nil, other: SocketAddress? = nil) {
        self.anchor = anchor
        self.other = other
    }
}
