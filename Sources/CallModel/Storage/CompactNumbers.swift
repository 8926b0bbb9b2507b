/// The index of a media server, in a byte: there are at most ``MediaServerList/limit``.
@propertyWrapper
struct ServerIndex: Sendable, Equatable {
    private var index: UInt8

    init(wrappedValue: Int) {
        index = UInt8(wrappedValue)
    }

    var wrappedValue: Int {
        get { Int(index) }
        set { index = UInt8(newValue) }
    }
}

/// The same, or none.
@propertyWrapper
struct OptionalServerIndex: Sendable, Equatable {
    private var index: UInt8

    init(wrappedValue: Int?) {
        index = wrappedValue.map { UInt8($0) } ?? .max
    }

    var wrappedValue: Int? {
        get { index == .max ? nil : Int(index) }
        set { index = newValue.map { UInt8($0) } ?? .max }
    }
}

/// A moment of the monotonic clock or none, in eight bytes: to the nanosecond.
@propertyWrapper
struct OptionalNanoseconds: Sendable, Equatable {
    private var count: Int64

    init(wrappedValue: Duration?) {
        count = wrappedValue.map(Self.count) ?? .min
    }

    var wrappedValue: Duration? {
        get { count == .min ? nil : .nanoseconds(count) }
        set { count = newValue.map(Self.count) ?? .min }
    }

    private static func count(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
