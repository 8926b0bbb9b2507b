import TLibrary

/// The events that came and that the program has not read: in order, bounded in number and bytes.
struct UnreadEvents {
    private var events: [(event: Event, bytes: Int)] = []
    private var read = 0
    private var bytes = 0
    private let limit: Int
    private let byteLimit: Int

    init(limit: Int, byteLimit: Int) {
        self.limit = limit
        self.byteLimit = byteLimit
    }

    /// Whether there was room for it.
    mutating func append(_ event: Event, bytes size: Int) -> Bool {
        guard events.count - read < limit, bytes + size <= byteLimit else { return false }
        events.append((event, size))
        bytes += size
        return true
    }

    mutating func next() -> Event? {
        guard read < events.count else { return nil }
        let (event, size) = events[read]
        read += 1
        bytes -= size
        // What was read is given back in large pieces, so that reading costs the same however many wait.
        if read == events.count {
            events.removeAll(keepingCapacity: events.capacity <= 1_024)
            read = 0
        } else if read >= 1_024, read * 2 >= events.count {
            events.removeFirst(read)
            read = 0
        }
        return event
    }
}
