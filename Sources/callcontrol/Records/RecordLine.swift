import Foundation

/// A line of a log file of records, as it is read back: what a table shows of it.
struct RecordLine: Decodable, Equatable {
    struct File: Decodable, Equatable {
        var name: String
        var mediaServer: String
        var pause: String
        var proof: String?
        var began: String
    }

    struct Gap: Decodable, Equatable {
        var from: String
        var to: String
        var ms: Int64
        var why: String
    }

    var id: String
    var connID: String
    var anchor: String
    var agent: String?
    var cause: String
    var began: String
    var ended: String
    var ending: String
    var endCause: String
    var reason: String?
    var capturedMs: Int64
    var uncapturedMs: Int64
    var files: [File]
    var gaps: [Gap]
}

/// The lines of a file, read piece by piece: a file of records may be larger than the memory.
struct RecordLines {
    /// No record of ours is as long.
    static let longest = 64 * 1_024 * 1_024

    private let handle: FileHandle
    private var rest = Data()
    private var isAtEnd = false

    /// `nil` where the file cannot be opened.
    init?(file: String) {
        guard let handle = FileHandle(forReadingAtPath: file) else { return nil }
        self.handle = handle
    }

    /// The next line without its end; `nil` after the last.
    mutating func next() throws -> Data? {
        var searched = 0
        while true {
            if let end = rest.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest[..<end]
                rest = Data(rest[(end + 1)...])
                return line
            }
            searched = rest.count
            guard !isAtEnd, rest.count <= Self.longest, let more = try handle.read(upToCount: 1 << 16), !more.isEmpty
            else {
                isAtEnd = true
                defer { rest = Data() }
                return rest.isEmpty ? nil : rest
            }
            rest += more
        }
    }
}
