import DequeModule
import EventLoops

// What lies on pages, and who has still to write it (Architecture, "Fan-out buffers").
extension WriteRound {
    /// How many write from pages before the shard sees to its sockets again: a sixteenth of them, and no fewer than these.
    private static let fewestAtOnce = 4

    func turn(to page: FanOutBuffers.FanOutBuffer) -> FanOutBuffers.FanOutBuffer { pages.turn(to: page) }

    var place: BufferOffset { pages.place }

    func put(_ frame: Span<UInt8>) { pages.put(frame) }

    func leave(_ place: BufferOffset) { pages.leave(place) }

    func frames(from place: BufferOffset) -> ArraySlice<UInt8> { pages.frames(from: place) }

    func write(from place: BufferOffset, to stream: any ByteStream) -> (count: Int, taken: Int) {
        pages.write(from: place, to: stream)
    }

    func events(from place: BufferOffset) -> [SharedFrame] { pages.events(from: place, in: total) }

    // MARK: - Who writes

    func lineUp(_ follower: OutboundQueue) { followers.append(follower) }

    /// Those who write next. What happens meanwhile, the others have with what they have.
    func takeFollowers() -> [OutboundQueue] {
        let count = min(followers.count, max(Self.fewestAtOnce, followers.count / 16))
        guard count > 0 else { return [] }
        isWriting = true
        let taken = Array(followers.prefix(count))
        followers.removeFirst(count)
        return taken
    }

    /// All who were taken have written. Says whether there are others.
    func endFollowers() -> Bool {
        isWriting = false
        if followers.isEmpty { pages.clear() }
        return !followers.isEmpty
    }

    /// All who have something on a page, where so much lies there that it must be written now.
    func takeFollowersOfFullPages() -> [OutboundQueue] {
        guard pages.isFull, !isWriting else { return [] }
        defer { followers.removeAll(keepingCapacity: true) }
        return Array(followers)
    }

    /// All that lies on pages has been written.
    func clearPages() { pages.clear() }
}
