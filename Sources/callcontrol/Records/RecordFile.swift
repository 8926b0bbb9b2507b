import Foundation

/// Where lines are kept. Used by one thread.
protocol RecordStore: Sendable {
    /// Keeps a line, its end included: whole, or not at all.
    mutating func append(_ line: Data) throws

    /// Called when several lines may have been appended, and none waits.
    mutating func settle() throws
}

/// A log file that is followed by another when it is full: `NAME`, and the older ones as `NAME.1`, `NAME.2` …
struct RecordFile: RecordStore {
    private let options: ServerConfiguration.Records
    private var handle: FileHandle
    private var size: UInt64
    /// Part of a line stands at the end, and could not be taken away.
    private var isTorn = false

    /// Opens the file, or makes it. What a crash has left of a line is kept apart from the next one.
    init(_ options: ServerConfiguration.Records) throws(RecordLogError) {
        self.options = options
        (handle, size) = try Self.open(options.file)
        isTorn = size > 0 && !Self.endsWithLine(handle, size)
    }

    mutating func append(_ line: Data) throws {
        let line = isTorn ? Data("\n".utf8) + line : line
        if size > 0, size + UInt64(line.count) > UInt64(options.rotateBytes) { try rotate() }
        do {
            try handle.seek(toOffset: size)
            try handle.write(contentsOf: line)
            size += UInt64(line.count)
            isTorn = false
        } catch {
            takeBack()
            throw error
        }
    }

    mutating func settle() throws {
        if options.fsync { try handle.synchronize() }
    }

    /// What was written of a line is taken away again.
    private mutating func takeBack() {
        guard (try? handle.truncate(atOffset: size)) == nil, let end = try? handle.seekToEnd() else { return }
        isTorn = isTorn || end > size
        size = end
    }

    // MARK: - One file after another

    private mutating func rotate() throws {
        try settle()
        let files = FileManager.default
        // A name that is free takes what stands before it: where this is tried again, nothing is moved twice.
        var free = options.keep
        if let unused = (0...options.keep).first(where: { !files.fileExists(atPath: name($0)) }) {
            free = unused
        } else {
            try files.removeItem(atPath: name(free))
        }
        for number in stride(from: free, to: 0, by: -1) {
            try files.moveItem(atPath: name(number - 1), toPath: name(number))
        }
        let next = try Self.open(options.file)
        try? handle.close()
        (handle, size) = next
        isTorn = false
    }

    private func name(_ number: Int) -> String {
        number == 0 ? options.file : "\(options.file).\(number)"
    }

    private static func open(_ path: String) throws(RecordLogError) -> (FileHandle, UInt64) {
        let files = FileManager.default
        let isThere = files.fileExists(atPath: path)
        // What clients give as reasons is not for everybody on this machine.
        guard isThere || files.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o640]),
            let handle = FileHandle(forUpdatingAtPath: path)
        else {
            throw RecordLogError(description: "cannot write records to \(path): it cannot be made, or not be written")
        }
        guard let size = try? handle.seekToEnd() else {
            throw RecordLogError(description: "cannot write records to \(path): it is no file")
        }
        return (handle, size)
    }

    private static func endsWithLine(_ handle: FileHandle, _ size: UInt64) -> Bool {
        guard (try? handle.seek(toOffset: size - 1)) != nil, let last = try? handle.read(upToCount: 1) else {
            return false
        }
        return last == Data("\n".utf8)
    }
}

/// Why records cannot be written where the configuration says.
struct RecordLogError: Error, Equatable, CustomStringConvertible {
    var description: String
}
