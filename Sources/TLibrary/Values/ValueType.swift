/// The type of an attribute's value, or of a value in a list; the raw value is the byte that stands before the value
/// (WireFormat, Frame).
public enum ValueType: UInt8, Sendable {
    /// UTF-8 after a length. `unicode` means the same here, and each is accepted for the other.
    case string = 0
    /// 32 bits.
    case integer = 1
    /// Bytes after a length.
    case binary = 2
    /// Pairs after a length in bytes.
    case list = 3
    case unicode = 4
    /// 64 bits, unsigned. An attribute may be one, a value in a list may not.
    case long = 5
}
