import TLibrary

/// The bytes of a connection as frames: holds the beginning of a frame until the rest has come.
struct FrameGatherer {
    private let cutter: FrameCutter
    private var held: [UInt8] = []
    private var offset = 0

    init(limit: Int) {
        cutter = FrameCutter(limit: limit)
    }

    mutating func append(_ bytes: Span<UInt8>) {
        held.removeFirst(offset)
        offset = 0
        held.reserveCapacity(held.count + bytes.count)
        for index in bytes.indices { held.append(bytes[index]) }
    }

    /// Hands the next whole frame to `body`; `nil` where none is there.
    mutating func next<Output>(
        _ body: (Span<UInt8>) throws(TLibraryClientError) -> Output
    ) throws(TLibraryClientError) -> Output? {
        switch cutter.cut(held.span, at: offset) {
        case .incomplete:
            return nil
        case .refused:
            throw .violation("The server sent a frame below 4 bytes, or over this client's limit of \(cutter.limit).")
        case .frame(let length):
            defer { offset += length }
            return try body(held.span.extracting(offset..<offset + length))
        }
    }
}
