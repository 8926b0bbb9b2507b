/// A value as bencode has it, of a reader and a writer that have nothing to do with the driver's.
enum Bencode: Equatable, Sendable {
    struct Entry: Equatable, Sendable {
        var key: String
        var value: Bencode
    }

    case integer(Int)
    case text(String)
    case list([Bencode])
    /// In the order of the text: rtpengine does not sort the keys of its answers.
    case dictionary([Entry])

    static func dictionary(_ entries: KeyValuePairs<String, Bencode>) -> Bencode {
        .dictionary(entries.map { Entry(key: $0.key, value: $0.value) })
    }

    subscript(_ key: String) -> Bencode? {
        guard case .dictionary(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    var bytes: [UInt8] {
        switch self {
        case .integer(let number): Array("i\(number)e".utf8)
        case .text(let text): Array("\(text.utf8.count):".utf8) + Array(text.utf8)
        case .list(let values): Array("l".utf8) + values.flatMap(\.bytes) + Array("e".utf8)
        case .dictionary(let entries):
            Array("d".utf8) + entries.flatMap { Bencode.text($0.key).bytes + $0.value.bytes } + Array("e".utf8)
        }
    }
}

extension Bencode {
    struct Fault: Error {
        var reason: String
    }

    /// Reads one value and nothing after it, in the one form that the value may have: keys in order, no digit too many.
    init(strictly bytes: some Sequence<UInt8>) throws {
        var rest = ArraySlice(Array(bytes))
        self = try Bencode.read(&rest)
        guard rest.isEmpty else { throw Fault(reason: "\(rest.count) bytes follow the dictionary") }
    }

    private static func read(_ rest: inout ArraySlice<UInt8>) throws -> Bencode {
        switch rest.first {
        case UInt8(ascii: "i"):
            rest.removeFirst()
            return .integer(try number(&rest, until: UInt8(ascii: "e")))
        case UInt8(ascii: "l"):
            return .list(try values(&rest))
        case UInt8(ascii: "d"):
            return .dictionary(try entries(&rest))
        default:
            return .text(try text(&rest))
        }
    }

    private static func values(_ rest: inout ArraySlice<UInt8>) throws -> [Bencode] {
        rest.removeFirst()
        var values: [Bencode] = []
        while rest.first != UInt8(ascii: "e") { values.append(try read(&rest)) }
        rest.removeFirst()
        return values
    }

    private static func entries(_ rest: inout ArraySlice<UInt8>) throws -> [Entry] {
        rest.removeFirst()
        var entries: [Entry] = []
        while rest.first != UInt8(ascii: "e") {
            let key = try text(&rest)
            if let last = entries.last?.key, !last.utf8.lexicographicallyPrecedes(key.utf8) {
                throw Fault(reason: "the key \(key) comes after \(last)")
            }
            entries.append(Entry(key: key, value: try read(&rest)))
        }
        rest.removeFirst()
        return entries
    }

    private static func text(_ rest: inout ArraySlice<UInt8>) throws -> String {
        let length = try number(&rest, until: UInt8(ascii: ":"))
        guard length >= 0, length <= rest.count else { throw Fault(reason: "a text is longer than the datagram") }
        let text = rest.prefix(length)
        rest = rest.dropFirst(length)
        guard let text = String(validating: text, as: UTF8.self) else { throw Fault(reason: "a text is not UTF-8") }
        return text
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, until end: UInt8) throws -> Int {
        guard let place = rest.firstIndex(of: end), let number = Int(String(decoding: rest[..<place], as: UTF8.self))
        else { throw Fault(reason: "a number does not end, or is none") }
        guard Array("\(number)".utf8) == Array(rest[..<place]) else {
            throw Fault(reason: "a number has another form than its shortest")
        }
        rest = rest[(place + 1)...]
        return number
    }
}
