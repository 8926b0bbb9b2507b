/// When an input reached its call. The machines read no clock; this is all the time they know.
public struct Timestamp: Sendable, Equatable {
    /// Time since some fixed moment, never falling: for deadlines.
    public var monotonic: Duration
    /// Microseconds since 1970: for people, and for file names.
    public var wallMicroseconds: Int64

    public init(monotonic: Duration, wallMicroseconds: Int64) {
        self.monotonic = monotonic
        self.wallMicroseconds = wallMicroseconds
    }
}
