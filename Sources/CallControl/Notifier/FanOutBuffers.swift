import EventLoops
import TLibrary

/// What happens on a DN, put down once for all sessions of the shard that hear of it: each writes it from here, and has
/// nothing of its own in memory.
///
/// A DN that several sessions hear of has a page while something on it has still to be written. A session follows a page
/// from somewhere on: it has all that is put on the page behind that place, until it leaves the page, or writes. Pages last
/// until all who follow one have written.
struct FanOutBuffers {
    /// The page of a DN, and what of it was known when it was looked at last.
    struct FanOutBuffer: Equatable, Sendable {
        fileprivate(set) var number: Int32 = 0
        fileprivate(set) var edition = 0
        /// How often a session has left it.
        fileprivate(set) var departures = 0
    }

    private struct Storage {
        var bytes: [UInt8] = []
        var departures = 0
        /// Frames of which some session could not write all, by where they begin: those sessions share them.
        var events: [Int32: SharedFrame] = [:]

        mutating func clear(keepingUpTo most: Int) {
            bytes.removeAll(keepingCapacity: bytes.capacity <= most)
            if !events.isEmpty { events = [:] }
            departures = 0
        }
    }

    /// So much is put down before it must be written.
    private static let full = 65_536
    /// A page that once was larger does not keep the room for it.
    private static let mostKept = 65_536
    private static let mostSheets = 64

    private var sheets: [Storage] = []
    private var used = 0
    /// Pages of an earlier one are over.
    private var edition = 1
    private var byteCount = 0
    /// The page that was turned to last.
    private var open = 0

    var isFull: Bool { byteCount >= Self.full }

    /// A DN's page as it is now: a blank one, where its last was cleared.
    mutating func turn(to page: FanOutBuffer) -> FanOutBuffer {
        var page = page
        if page.edition != edition {
            if used == sheets.count { sheets.append(Storage()) }
            page = FanOutBuffer(number: Int32(used), edition: edition)
            used += 1
        }
        page.departures = sheets[Int(page.number)].departures
        open = Int(page.number)
        return page
    }

    /// Where the next frame will be on the page that was turned to last.
    var place: BufferOffset { BufferOffset(page: Int32(open), start: Int32(sheets[open].bytes.count)) }

    /// Puts a frame on the page that was turned to last: all have it who follow that.
    mutating func put(_ frame: Span<UInt8>) {
        precondition(open < used, "A page is turned to before something is put on it.")
        sheets[open].bytes.append(copying: frame)
        byteCount += frame.count
    }

    /// A session follows its page no more.
    mutating func leave(_ place: BufferOffset) {
        sheets[Int(place.page)].departures += 1
    }

    /// All that a session has on the page.
    func frames(from place: BufferOffset) -> ArraySlice<UInt8> {
        sheets[Int(place.page)].bytes[Int(place.start)...]
    }

    /// Says how many bytes there were, and how many the stream took.
    func write(from place: BufferOffset, to stream: any ByteStream) -> (count: Int, taken: Int) {
        let bytes = sheets[Int(place.page)].bytes
        let rest = bytes.span.extracting(Int(place.start)...)
        return (rest.count, stream.write(rest))
    }

    /// What a session has on the page, each frame as all sessions hold it together that keep it for later.
    mutating func events(from place: BufferOffset, in total: BacklogMemory) -> [SharedFrame] {
        let bytes = sheets[Int(place.page)].bytes
        var events: [SharedFrame] = []
        var start = Int(place.start)
        while start < bytes.count {
            let end = start + SharedFrame.frameSize(at: start, in: bytes.span)
            let known = sheets[Int(place.page)].events[Int32(start)]
            let event = known ?? SharedFrame(copying: bytes.span.extracting(start..<end), in: total)
            sheets[Int(place.page)].events[Int32(start)] = event
            events.append(event)
            start = end
        }
        return events
    }

    /// All has been written, or is kept elsewhere.
    mutating func clear() {
        guard used > 0 else { return }
        for number in 0..<used { sheets[number].clear(keepingUpTo: Self.mostKept) }
        if sheets.count > Self.mostSheets { sheets.removeLast(sheets.count - Self.mostSheets) }
        used = 0
        byteCount = 0
        edition += 1
    }
}

/// A place on a page, from which on a session follows it.
struct BufferOffset: Sendable {
    var page: Int32
    var start: Int32
}
