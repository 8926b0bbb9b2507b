import Foundation

/// The lines of a file, read piece by piece: a file of records may be larger than the memory.
struct RecordLines {
    /// No record of ours is as long.
    static let longest = 64 * 1_024 * 1_024
    private static let portion = 1 << 18

    private let read: (Int) throws -> [UInt8]
    private var buffer: [UInt8] = []
    /// Where the next line begins, and from where on its end has not been looked for.
    private var start = 0
    private var searched = 0
    /// Whether the line that was given last had its end.
    private(set) var isWhole = true

    /// `nil` where the file cannot be opened. It may be a pipe.
    init?(file: String) {
        guard let handle = FileHandle(forReadingAtPath: file) else { return nil }
        read = { count in try handle.read(upToCount: count).map { [UInt8]($0) } ?? [] }
    }

    /// Those between two places of a file.
    init(_ file: AppendFile, from start: Int, to end: Int) {
        let place = Place(start)
        read = { count in
            let bytes = try file.read(min(count, end - place.value), at: place.value)
            place.value += bytes.count
            return bytes
        }
    }

    private final class Place {
        var value: Int
        init(_ value: Int) { self.value = value }
    }

    /// The next line without its end; `nil` after the last.
    mutating func next() throws -> [UInt8]? {
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { (start, searched) = (end + 1, end + 1) }
                return Array(buffer[start..<end])
            }
            buffer.removeFirst(start)
            (start, searched) = (0, buffer.count)
            let more = buffer.count <= Self.longest ? try read(Self.portion) : []
            if more.isEmpty {
                guard !buffer.isEmpty else { return nil }
                isWhole = false
                defer { (buffer, searched) = ([], 0) }
                return buffer
            }
            buffer += more
        }
    }
}

extension RecordLine {
    /// `nil`: the line is none.
    init?(decoding line: borrowing [UInt8]) {
        guard let decoded = try? JSONDecoder().decode(RecordLine.self, from: Data(copy line)) else { return nil }
        self = decoded
    }
}
