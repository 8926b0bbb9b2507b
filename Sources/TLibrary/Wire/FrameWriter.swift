/// Writes frames that carry events.
public typealias EventWriter = FrameWriter

/// Writes one frame at the end of an array (WireFormat, Frame).
///
/// ```swift
/// var event = EventWriter.begin(.eventACK, in: &bytes)
/// event.integer(.referenceID, 7)
/// event.list(.extensions) { $0.string("id", "rec-1") }
/// let range = event.finish(in: &bytes)
/// ```
///
/// The writer holds the array from `begin` to `finish`, and the caller's is empty meanwhile; nothing is copied. It
/// allocates only where the array grows.
public struct FrameWriter: ~Copyable {
    private var list: ListWriter
    #if DEBUG
        private let isEvent: Bool
        private var last = -1
    #endif

    private init(_ message: MessageNumber, taking bytes: inout [UInt8]) {
        list = ListWriter(room: FrameBuilder(taking: &bytes))
        list.room.header(message)
        #if DEBUG
            isEvent = message.kind == .event
        #endif
    }

    /// Begins a frame behind what the array holds. The array comes back with ``finish(in:)``.
    public static func begin(_ message: MessageNumber, in bytes: inout [UInt8]) -> FrameWriter {
        FrameWriter(message, taking: &bytes)
    }

    /// Ends the frame, gives the array back, and tells where in it the frame lies, its length field included.
    public consuming func finish(in bytes: inout [UInt8]) -> Range<Int> {
        assert(bytes.isEmpty, "The array was written to while a frame was being written into it.")
        let start = list.frameStart
        list.room.write(length: list.frameLength - FrameLayout.lengthSize, at: start)
        list.room.finish(in: &bytes)
        return start..<bytes.count
    }

    /// How many bytes the frame has so far.
    public var frameLength: Int { list.frameLength }

    public mutating func integer(_ number: AttributeNumber, _ value: Int32) {
        unsigned(number, UInt32(bitPattern: value))
    }

    /// An int that is read without its sign, as times are.
    public mutating func unsigned(_ number: AttributeNumber, _ value: UInt32) {
        ascend(to: number)
        list.room.attribute(number, .integer, value)
    }

    public mutating func enumeration(_ number: AttributeNumber, _ value: some OpenEnumeration) {
        integer(number, value.rawValue)
    }

    public mutating func long(_ number: AttributeNumber, _ value: UInt64) {
        ascend(to: number)
        list.room.attribute(number, long: value)
    }

    public mutating func connection(_ number: AttributeNumber, _ value: ConnectionID) {
        long(number, value.rawValue)
    }

    public mutating func string(_ number: AttributeNumber, _ text: String) {
        ascend(to: number)
        list.room.attribute(number, .string, text.utf8.span)
    }

    public mutating func directoryNumber(_ number: AttributeNumber, _ dn: DirectoryNumber) {
        string(number, dn.text)
    }

    public mutating func list(_ number: AttributeNumber, _ pairs: KeyValueList) {
        ascend(to: number)
        list.room.attribute(number, .list, pairs.packed.span)
    }

    /// A list whose pairs the closure writes, in place.
    public mutating func list(_ number: AttributeNumber, _ body: (inout ListWriter) -> Void) {
        ascend(to: number)
        list.room.attribute(number, .list, 0)
        list.writeCounted(body)
    }

    /// A server sends attributes in ascending order; a client may send them in any (WireFormat, Frame).
    @inline(__always)
    private mutating func ascend(to number: AttributeNumber) {
        #if DEBUG
            assert(!isEvent || Int(number.rawValue) > last, "The attributes of an event must ascend.")
            last = Int(number.rawValue)
        #endif
    }
}
