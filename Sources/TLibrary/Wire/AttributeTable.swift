/// Where the attributes of one frame are, once its whole structure has been checked (WireFormat, Frame and Lists).
///
/// A table is made once and reads frame after frame; when it has seen its largest frame it allocates nothing more. Each
/// byte of a frame is looked at once, and whether a number has come before is one look at a bit, so that a frame full of
/// tiny attributes costs no more than its length.
///
/// After a fault the table still holds the attributes before it, each of them sound.
public struct AttributeTable: ~Copyable {
    /// What was found about the numbers below ``AttributeSet/bound``.
    struct Marks {
        /// Attributes that are there.
        var present = AttributeSet()
        /// Those of another type than the documented one.
        var mistyped = AttributeSet()
        /// Those whose text holds a zero byte: their own, or that of a key or a string in their list.
        var zeroed = AttributeSet()
        /// Those with a value of more than ``DirectoryNumber/maximumLength`` bytes: the few that may be over their size.
        var large = AttributeSet()
        /// Whether no string attribute holds more than ASCII.
        var isASCII = false

        /// Inserts a number into the sets that it belongs to besides ``present``.
        @inline(never)
        mutating func insert(_ number: UInt16, _ isMistyped: Bool, _ isLarge: Bool, _ holdsZero: Bool) {
            if isMistyped { mistyped.insert(number) }
            if isLarge { large.insert(number) }
            if holdsZero { zeroed.insert(number) }
        }
    }

    private(set) var marks = Marks()
    /// Where the value of each attribute that is present begins, after its type.
    private var values = [UInt32](repeating: 0, count: AttributeSet.bound)
    private var unused = UnusedNumbers()
    private let documentedTypes = Self.documentedTypes

    public init() {}

    var present: AttributeSet { marks.present }
    var mistyped: AttributeSet { marks.mistyped }
    var zeroed: AttributeSet { marks.zeroed }
    var large: AttributeSet { marks.large }

    /// Checks all attributes of a frame and records where they are.
    ///
    /// - Parameters:
    ///   - frame: a whole frame, beginning with its length. Version, flags and message are not looked at.
    ///   - maximumDepth: how deep lists may nest: 12 in requests, 16 in events.
    public mutating func read(
        _ frame: Span<UInt8>, maximumDepth: Int = KeyValueList.maximumDepth
    ) throws(WireError) {
        marks = Marks()
        unused.removeAll()
        guard frame.count <= Int(UInt32.max) else { throw .format("A frame is longer than any limit.") }
        try Self.read(frame, ListCheck(maximumDepth: maximumDepth), documentedTypes, &values, &marks, &unused)
    }

    private static func read(
        _ frame: Span<UInt8>, _ check: ListCheck, _ documentedTypes: [UInt8], _ values: inout [UInt32],
        _ marks: inout Marks, _ unused: inout UnusedNumbers
    ) throws(WireError) {
        let documentedTypes = documentedTypes.span
        var values = values.mutableSpan
        // In registers during the loop; all else is rare.
        var present = AttributeSet()
        var isASCII = true
        defer {
            marks.present = present
            marks.isASCII = isASCII
        }
        // Sums of offsets cannot overflow: all are below the frame's 2^32 bytes.
        let end = frame.count
        var offset = FrameLayout.headerSize
        while offset < end {
            // The shortest value has four bytes, after two of number and one of type.
            guard end &- offset >= 7 else { throw .format("The frame ends within an attribute.") }
            let number = frame.uint16(at: offset)
            guard let type = ValueType(rawValue: frame[offset &+ 2]) else {
                throw .format("An attribute has an unknown type.")
            }
            let value = offset &+ 3
            var holdsZero = false
            offset = try checkValue(frame, at: value, type, check, &holdsZero, &isASCII)
            guard number < AttributeSet.bound else {
                guard unused.insert(number) else { throw .format("An attribute stands twice in a frame.") }
                continue
            }
            guard present.insertNew(number) else { throw .format("An attribute stands twice in a frame.") }
            values[Int(number)] = UInt32(truncatingIfNeeded: value)
            let documented = documentedTypes[Int(number)]
            let isMistyped = documented != (type == .unicode ? .string : type).rawValue && documented != noType
            let isLarge = offset &- value > 4 + DirectoryNumber.maximumLength
            if isMistyped || isLarge || holdsZero { marks.insert(number, isMistyped, isLarge, holdsZero) }
        }
    }

    /// Checks a value and returns where it ends. At least four bytes are there.
    @inline(__always)
    private static func checkValue(
        _ frame: Span<UInt8>, at value: Int, _ type: ValueType, _ check: ListCheck, _ holdsZero: inout Bool,
        _ isASCII: inout Bool
    ) throws(WireError) -> Int {
        let available = frame.count &- value &- 4
        switch type {
        case .integer:
            return value &+ 4
        case .long:
            guard available >= 4 else { throw .format("The frame ends within a number of 64 bits.") }
            return value &+ 8
        case .string, .unicode, .binary, .list:
            let length = Int(frame.uint32(at: value))
            guard length <= available else { throw .format("An attribute is longer than the frame.") }
            let start = value &+ 4
            let end = start &+ length
            if type == .list {
                holdsZero = try check.check(frame, from: start, to: end, depth: 1)
            } else if type != .binary {
                switch frame.checkText(start..<end) {
                case .ascii: break
                case .text: isASCII = false
                case .zeroed:
                    isASCII = false
                    holdsZero = true
                case .invalid: throw .format("A string is not UTF-8.")
                }
            }
            return end
        }
    }

    private static let noType = UInt8.max

    /// By number: the raw value of the documented type, or ``noType``.
    private static let documentedTypes: [UInt8] = {
        var types = [UInt8](repeating: noType, count: AttributeSet.bound)
        for definition in AttributeNumber.definitions {
            types[Int(definition.number.rawValue)] = definition.type.rawValue
        }
        return types
    }()

    /// Where the attribute's value begins, if the attribute is there and its value has this type.
    @inline(__always)
    func value(_ number: AttributeNumber, _ type: ValueType, in frame: Span<UInt8>) -> Int? {
        guard present.contains(number.rawValue) else { return nil }
        let value = Int(values[Int(number.rawValue)])
        let found = frame[value - 1]
        let isType = found == type.rawValue || type == .string && found == ValueType.unicode.rawValue
        return isType ? value : nil
    }

    /// The bytes of an attribute that is there and has a length.
    func size(of number: AttributeNumber, in frame: Span<UInt8>) -> Int {
        Int(frame.uint32(at: Int(values[Int(number.rawValue)])))
    }
}

/// The numbers from 192 on that a frame has used. Nothing asks for such an attribute, but none may stand twice.
private struct UnusedNumbers {
    private var numbers: [UInt16] = []
    /// One bit for each number that there is: 8 KiB, made when first needed.
    private var bits: [UInt64] = []

    /// False if the number is there already.
    mutating func insert(_ number: UInt16) -> Bool {
        if bits.isEmpty { bits = [UInt64](repeating: 0, count: 1024) }
        let word = Int(number >> 6)
        let bit = UInt64(1) << UInt64(number & 63)
        guard bits[word] & bit == 0 else { return false }
        bits[word] |= bit
        numbers.append(number)
        return true
    }

    @inline(__always)
    mutating func removeAll() {
        if numbers.isEmpty { return }
        for number in numbers { bits[Int(number >> 6)] = 0 }
        numbers.removeAll(keepingCapacity: true)
    }
}
