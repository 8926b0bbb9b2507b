/// The bytes of one run.
struct Input {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The same bytes as they may come on a connection: each piece begins with a byte that says how long it is.
    var pieces: [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while let length = rest.popFirst() {
            pieces.append(rest.prefix(Int(length)))
            rest = rest.dropFirst(Int(length))
        }
        return pieces
    }

    /// Two parts: the first byte says where the first one ends.
    var halves: (ArraySlice<UInt8>, ArraySlice<UInt8>) {
        guard let first = bytes.first else { return ([], []) }
        let rest = bytes.dropFirst()
        let length = rest.count * Int(first) / 256
        return (rest.prefix(length), rest.dropFirst(length))
    }
}
