import TLibrary

/// Frames of a connection, as the server decodes requests and a client decodes events.
func readFrames(_ input: Input) {
    let bytes = input.bytes
    var decoder = RequestDecoder()
    var table = AttributeTable()
    var offset = 0
    while case .frame(let length) = FrameDecoder.split(bytes.span, at: offset, limit: 4_096) {
        let frame = bytes.span.extracting(offset..<offset + length)
        for isOpen in [true, false] {
            guard case .request(let request) = decoder.decode(frame, sessionIsOpen: isOpen, serves: { _ in true })
            else { continue }
            checkAgain(request, &decoder)
        }
        _ = try? Event(decoding: frame, table: &table)
        offset += length
    }
}

/// A request that was decoded is the same after it was encoded and decoded once more.
private func checkAgain(_ request: Request, _ decoder: inout RequestDecoder) {
    var bytes: [UInt8] = []
    request.encode(to: &bytes)
    let again = decoder.decode(bytes.span, sessionIsOpen: true, serves: { _ in true })
    guard case .request(let second) = again else {
        preconditionFailure("A decoded request is not decoded again: \(request), \(again)")
    }
    var bytesAgain: [UInt8] = []
    second.encode(to: &bytesAgain)
    precondition(bytes == bytesAgain, "A request is another one after a round trip: \(request), \(second)")
}

/// A list from outside: checked, walked and built again.
func readList(_ input: Input) {
    guard let list = try? KeyValueList.validated(input.bytes) else { return }
    let (pairs, depth) = walk(list)
    precondition(depth <= KeyValueList.maximumDepth, "A list is deeper than it may be.")
    var copy = KeyValueList()
    for pair in list { copy.append(pair.key, pair.value) }
    precondition(copy == list, "A list is another one after a round trip.")
    precondition(pairs >= list.count, "A walk passes over pairs.")
}

private func walk(_ list: KeyValueList) -> (pairs: Int, depth: Int) {
    var (pairs, depth) = (0, 1)
    for pair in list {
        pairs += 1
        _ = list.first(pair.key)
        guard let inner = pair.value.list else { continue }
        let found = walk(inner)
        pairs += found.pairs
        depth = max(depth, found.depth + 1)
    }
    return (pairs, depth)
}
