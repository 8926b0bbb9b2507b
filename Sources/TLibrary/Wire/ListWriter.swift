/// Writes the pairs of a list in place, at the end of a frame that is being written (WireFormat, Lists).
///
/// An ``EventWriter`` hands one to its caller; lists within the list are written by the same writer.
public struct ListWriter: ~Copyable {
    var room: FrameBuilder
    /// Where the frame begins in `bytes`.
    let frameStart: Int

    init(room: consuming FrameBuilder) {
        frameStart = room.end
        self.room = room
    }

    /// How many bytes the frame has so far, by which a writer of many pairs sees what still fits under the limit.
    public var frameLength: Int { room.end - frameStart }

    /// - Precondition: every key has 1 to 255 bytes.
    public mutating func string(_ key: String, _ text: String) {
        room.pair(key, .string, text.utf8.span)
    }

    public mutating func integer(_ key: String, _ value: Int32) {
        room.key(key, .integer, UInt32(bitPattern: value))
    }

    public mutating func list(_ key: String, _ pairs: KeyValueList) {
        room.pair(key, .list, pairs.packed.span)
    }

    /// A list within the list, whose pairs the closure writes.
    public mutating func list(_ key: String, _ body: (inout ListWriter) -> Void) {
        room.key(key, .list, 0)
        writeCounted(body)
    }

    public mutating func pair(_ key: String, _ value: KeyValue) {
        var packed: [UInt8] = []
        packed.appendPair(key, value)
        room.append(packed.span)
    }

    /// All pairs of another list.
    public mutating func append(contentsOf pairs: KeyValueList) {
        room.append(pairs.packed.span)
    }

    /// Writes a list's pairs behind its length, and then the length, which is known last.
    mutating func writeCounted(_ body: (inout ListWriter) -> Void) {
        let start = room.end
        body(&self)
        room.write(length: room.end - start, at: start - 4)
    }
}
