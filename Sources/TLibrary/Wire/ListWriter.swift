/// Writes the pairs of a list in place, at the end of a frame that is being written (WireFormat, Lists).
///
/// An ``EventWriter`` hands one to its caller; lists within the list are written by the same writer.
public struct ListWriter: ~Copyable {
    var bytes: [UInt8]
    /// Where the frame begins in `bytes`.
    let frameStart: Int

    init(bytes: consuming [UInt8], frameStart: Int) {
        self.bytes = bytes
        self.frameStart = frameStart
    }

    /// How many bytes the frame has so far, by which a writer of many pairs sees what still fits under the limit.
    public var frameLength: Int { bytes.count - frameStart }

    /// - Precondition: every key has 1 to 255 bytes.
    public mutating func string(_ key: String, _ text: String) {
        bytes.appendPair(key, .string, text: text)
    }

    public mutating func integer(_ key: String, _ value: Int32) {
        bytes.appendPair(key, integer: value)
    }

    public mutating func list(_ key: String, _ pairs: KeyValueList) {
        bytes.appendPair(key, .list, bytes: pairs.packed)
    }

    /// A list within the list, whose pairs the closure writes.
    public mutating func list(_ key: String, _ body: (inout ListWriter) -> Void) {
        bytes.appendKey(key, .list, 0)
        writeCounted(body)
    }

    public mutating func pair(_ key: String, _ value: KeyValue) {
        bytes.appendPair(key, value)
    }

    /// All pairs of another list.
    public mutating func append(contentsOf pairs: KeyValueList) {
        bytes.append(copying: pairs.packed.span)
    }

    /// Writes a list's pairs behind its length, and then the length, which is known last.
    mutating func writeCounted(_ body: (inout ListWriter) -> Void) {
        let start = bytes.count
        body(&self)
        bytes.write(bigEndian: UInt32(bytes.count - start), at: start - 4)
    }
}
