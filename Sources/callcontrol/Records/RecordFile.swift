import Foundation

/// Where lines are kept. Used by one thread.
protocol RecordStore: Sendable {
    /// Keeps the first of these lines, their ends included, and says how many: at least one, or it throws.
    mutating func append(_ lines: ArraySlice<[UInt8]>) throws -> Int

    /// Called when several lines may have been appended, and none waits.
    mutating func settle() throws

    /// Checks that the file at the path is still the one that is written. Called once a second, and by ``RecordLog/reopen()``.
    mutating func checkPath() throws

    /// What happened since it was asked last.
    mutating func takeEvents() -> [RecordStoreEvent]

    /// Nothing is appended any more: others may have the place.
    func close()
}

extension RecordStore {
    mutating func checkPath() throws {}
    mutating func takeEvents() -> [RecordStoreEvent] { [] }
    func close() {}
}

/// An event of a store that the log reports.
enum RecordStoreEvent: Equatable {
    /// The file was moved, or removed: another one was opened.
    case reopened
    /// The last line was not whole: so many bytes were cut off.
    case cut(Int)
}

/// A log file that is followed by another when it is full: `NAME`, and the older ones as `NAME.1`, `NAME.2` …
///
/// It is opened to append, and locked. Each write checks that it is still the file at its path.
struct RecordFile: RecordStore {
    private static let largestWrite = 1 << 18

    private let options: ServerConfiguration.Records
    private var file: AppendFile
    private var identity: AppendFile.Identity
    /// Part of a line stands at the end, and could not be taken away.
    private var isTorn = false
    /// The last write failed: what fits is found line by line.
    private var isFailing = false
    private var events: [RecordStoreEvent] = []

    /// Opens the file, or makes it. What a crash has left of a line is cut off.
    init(_ options: ServerConfiguration.Records) throws(RecordLogError) {
        self.options = options
        do throws(AppendFile.Fault) {
            file = try Self.open(options.file)
            identity = try file.identity()
            try mend()
        } catch {
            throw RecordLogError(options.file, error)
        }
    }

    mutating func append(_ lines: ArraySlice<[UInt8]>) throws -> Int {
        try reopenWhereMoved()
        var size = try file.size()
        if size > 0, let first = lines.first, size + first.count > options.rotateBytes {
            try rotate()
            size = try file.size()
        }
        let (bytes, count) = portion(of: lines, behind: size)
        do {
            try file.append(isTorn ? [UInt8(ascii: "\n")] + bytes : bytes)
        } catch {
            isFailing = true
            takeBack(to: size)
            throw error
        }
        (isTorn, isFailing) = (false, false)
        // Removed meanwhile: nobody would ever read them.
        if try file.isRemoved() {
            try reopenWhereMoved()
            try file.append(bytes)
        }
        return count
    }

    /// As many lines as this file may still have, and as one write should; one in any case.
    private func portion(of lines: ArraySlice<[UInt8]>, behind size: Int) -> (bytes: [UInt8], count: Int) {
        let room = isFailing ? 0 : min(options.rotateBytes - size, Self.largestWrite)
        var bytes: [UInt8] = []
        var count = 0
        for line in lines {
            guard count == 0 || bytes.count + line.count <= room else { break }
            bytes += line
            count += 1
        }
        return (bytes, count)
    }

    mutating func settle() throws {
        if options.fsync { try file.synchronize() }
    }

    mutating func checkPath() throws {
        try reopenWhereMoved()
    }

    func close() {
        file.unlock()
    }

    mutating func takeEvents() -> [RecordStoreEvent] {
        defer { events = [] }
        return events
    }

    /// What was written of lines is taken away again.
    private mutating func takeBack(to size: Int) {
        do throws(AppendFile.Fault) {
            try file.truncate(to: size)
        } catch {
            isTorn = true
        }
    }

    // MARK: - The file at the path

    private mutating func reopenWhereMoved() throws(AppendFile.Fault) {
        guard AppendFile.Identity(at: options.file) != identity else { return }
        let next = try Self.open(options.file)
        (file, identity) = (next, try next.identity())
        isTorn = false
        events.append(.reopened)
        try mend()
    }

    /// Opened and locked, and at its path once it is locked: a process that rotates may have moved it in between.
    private static func open(_ path: String) throws(AppendFile.Fault) -> AppendFile {
        while true {
            let file = try AppendFile(path, .append)
            try file.lock()
            if try file.identity() == AppendFile.Identity(at: path) { return file }
        }
    }

    /// A last line without its end is a record all the same where only the end is missing; else it is cut off.
    private mutating func mend() throws(AppendFile.Fault) {
        let size = try file.size()
        guard size > 0, try file.read(1, at: size - 1) != [UInt8(ascii: "\n")] else { return }
        var tail: [UInt8] = []
        var start = size
        while start > 0, tail.count <= RecordLines.longest {
            let portion = min(1 << 16, start)
            let bytes = try file.read(portion, at: start - portion)
            if let end = bytes.lastIndex(of: UInt8(ascii: "\n")) {
                start -= portion - end - 1
                tail = bytes[(end + 1)...] + tail
                break
            }
            start -= portion
            tail = bytes + tail
        }
        if RecordLine(decoding: tail) != nil {
            try file.append([UInt8(ascii: "\n")])
        } else {
            try file.truncate(to: start)
            events.append(.cut(tail.count))
        }
    }

    // MARK: - One file after another

    /// The next file is locked before it takes the path, which always names a file: nobody can come in between.
    private mutating func rotate() throws(AppendFile.Fault) {
        if options.fsync { try file.synchronize() }
        let draft = "\(options.file).next"
        try FileNames.remove(draft)
        let next = try AppendFile(draft, .new)
        try next.lock()
        // Where this was tried before and is tried again, nothing is moved twice.
        if options.keep > 0, AppendFile.Identity(at: name(1)) != identity {
            try moveOlderOn()
            if !FileNames.link(options.file, as: name(1)) { try FileNames.move(options.file, to: name(1)) }
        }
        try FileNames.move(draft, to: options.file)
        (file, identity) = (next, try next.identity())
        isTorn = false
    }

    /// A name that is free takes what stands before it.
    private func moveOlderOn() throws(AppendFile.Fault) {
        let free = (1...options.keep).first { !FileNames.isTaken(name($0)) } ?? options.keep
        for number in stride(from: free, to: 1, by: -1) { try FileNames.move(name(number - 1), to: name(number)) }
        // The only one that is kept gives way.
        if free == 1 { try FileNames.remove(name(1)) }
    }

    private func name(_ number: Int) -> String { Self.name(number, of: options) }

    static func name(_ number: Int, of options: ServerConfiguration.Records) -> String {
        number == 0 ? options.file : "\(options.file).\(number)"
    }
}

/// Why records cannot be written where the configuration says.
struct RecordLogError: Error, Equatable, CustomStringConvertible {
    var description: String

    init(_ path: String, _ fault: AppendFile.Fault) {
        description = "cannot write records to \(path): \(fault)"
    }
}
