/// An upper bound of the bytes of a frame, added up from its parts, for ``FrameWriter/write(_:to:capacity:_:)``.
///
/// ```swift
/// var size = FrameSize(attributes: 3, pairs: 2)
/// size.add(id)
/// ```
///
/// Keys of the protocol and values of fixed size are counted at their largest; texts and lists are added by their bytes.
public struct FrameSize {
    public var bytes: Int

    /// Bytes of length, version, flags and message.
    @inlinable static var header: Int { FrameLayout.headerSize }
    /// The most bytes of an attribute without its text or list: number, type and 64 bits.
    @inlinable static var attribute: Int { 11 }
    /// The most bytes of a key that is written as a `StaticString`.
    @inlinable public static var maximumStaticKey: Int { 16 }
    /// The most bytes of a pair without its text or list: key, type and length.
    @inlinable static var pair: Int { 2 + maximumStaticKey + 5 }

    /// The most bytes of a value that is one of the protocol's own words, such as a recording's state.
    @inlinable public static var maximumName: Int { 32 }

    /// A frame of at most so many attributes, and so many pairs in all their lists. `names`: values of the protocol's own
    /// words among the pairs.
    @inlinable @inline(__always)
    public init(attributes: Int, pairs: Int = 0, names: Int = 0) {
        bytes = Self.header + attributes * Self.attribute
        add(pairs: pairs, names: names)
    }

    @inlinable @inline(__always)
    public mutating func add(pairs: Int, names: Int = 0) {
        bytes += pairs * Self.pair + names * Self.maximumName
    }

    /// A value, or a key that is made at run time.
    @inlinable @inline(__always)
    public mutating func add(_ text: String) {
        bytes += text.utf8.count
    }

    @inlinable @inline(__always)
    public mutating func add(_ dn: DirectoryNumber) {
        add(dn.text)
    }

    @inlinable @inline(__always)
    public mutating func add(_ list: KeyValueList) {
        bytes += list.packed.count
    }
}
