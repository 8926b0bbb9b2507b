/// A T-Library enumeration: named values of a 32-bit integer, open to those that a later release adds.
///
/// A decoder keeps what it does not know, so that it can be judged later, and by whoever knows better.
public protocol OpenEnumeration: RawRepresentable<Int32>, Hashable, Sendable, CustomStringConvertible {
    init(rawValue: Int32)
}

extension OpenEnumeration {
    public var description: String { String(rawValue) }
}
