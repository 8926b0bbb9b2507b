/// Builds frames byte by byte, sound or not, without the code under test.
struct RawFrame {
    var version: UInt8 = 1
    var flags: UInt8 = 0
    var message: UInt16
    var attributes: [UInt8] = []

    init(_ message: UInt16, _ attributes: [UInt8]...) {
        self.message = message
        self.attributes = attributes.flatMap { $0 }
    }

    var bytes: [UInt8] {
        big(UInt32(attributes.count + 4)) + [version, flags] + big(message) + attributes
    }
}

func big(_ value: some FixedWidthInteger) -> [UInt8] {
    stride(from: value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
}

func int(_ number: UInt16, _ value: Int32) -> [UInt8] { big(number) + [1] + big(value) }

func long(_ number: UInt16, _ value: UInt64) -> [UInt8] { big(number) + [5] + big(value) }

func string(_ number: UInt16, _ text: String, type: UInt8 = 0) -> [UInt8] {
    sized(number, type: type, Array(text.utf8))
}

func sized(_ number: UInt16, type: UInt8, _ value: [UInt8]) -> [UInt8] {
    big(number) + [type] + big(UInt32(value.count)) + value
}

func list(_ number: UInt16, _ pairs: [UInt8]...) -> [UInt8] {
    sized(number, type: 3, pairs.flatMap { $0 })
}

func pair(_ key: String, type: UInt8, _ value: [UInt8]) -> [UInt8] {
    big(UInt16(key.utf8.count)) + Array(key.utf8) + [type] + value
}

func pair(_ key: String, _ text: String) -> [UInt8] {
    pair(key, type: 0, big(UInt32(text.utf8.count)) + Array(text.utf8))
}

/// A pair whose value is a list in a list, and so on: this many lists.
func nested(_ depth: Int) -> [UInt8] {
    var value: [UInt8] = []
    for _ in 0..<depth { value = pair("k", type: 3, big(UInt32(value.count)) + value) }
    return value
}
