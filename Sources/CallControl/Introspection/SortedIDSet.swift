/// Numbers in their order, so that a list of them can be shown page by page while it changes. Numbers mostly come in
/// rising order and go in any; each costs a search and the move of a few kB at most.
struct SortedIDSet: Sendable {
    private static let chunkSize = 512

    /// None is empty, and each begins behind the end of the one before.
    private var chunks: [[UInt64]] = []

    var isEmpty: Bool { chunks.isEmpty }

    mutating func insert(_ key: UInt64) {
        guard let place = chunk(of: key) else {
            if chunks.isEmpty { chunks.append([key]) } else { add(key, toChunk: 0) }
            return
        }
        if place == chunks.count - 1, chunks[place].count >= Self.chunkSize, let last = chunks[place].last, key > last {
            chunks.append([key])
        } else {
            add(key, toChunk: place)
        }
    }

    private mutating func add(_ key: UInt64, toChunk place: Int) {
        let at = Self.place(of: key, in: chunks[place])
        guard at == chunks[place].count || chunks[place][at] != key else { return }
        chunks[place].insert(key, at: at)
        guard chunks[place].count > Self.chunkSize else { return }
        let rest = Array(chunks[place][(Self.chunkSize / 2)...])
        chunks[place].removeLast(rest.count)
        chunks.insert(rest, at: place + 1)
    }

    mutating func remove(_ key: UInt64) {
        guard let place = chunk(of: key) else { return }
        let at = Self.place(of: key, in: chunks[place])
        guard at < chunks[place].count, chunks[place][at] == key else { return }
        chunks[place].remove(at: at)
        if chunks[place].isEmpty { chunks.remove(at: place) }
    }

    /// The lowest ones behind `key`, or of all, `count` at most.
    func first(_ count: Int, after key: UInt64?) -> [UInt64] {
        var found: [UInt64] = []
        var place = key.flatMap(chunk) ?? 0
        while place < chunks.count, found.count < count {
            let from = key.map { Self.place(of: $0, in: chunks[place], behind: true) } ?? 0
            found += chunks[place][from...].prefix(count - found.count)
            place += 1
        }
        return found
    }

    /// The chunk in which the key is, if it is there: the last one that begins at or before it. `nil`: it is before all.
    private func chunk(of key: UInt64) -> Int? {
        var low = 0
        var high = chunks.count
        while low < high {
            let middle = (low + high) / 2
            if chunks[middle][0] <= key { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }

    /// The place of the first number that is not below the key; with `behind`, the first that is above it.
    private static func place(of key: UInt64, in chunk: [UInt64], behind: Bool = false) -> Int {
        var low = 0
        var high = chunk.count
        while low < high {
            let middle = (low + high) / 2
            if chunk[middle] < key || behind && chunk[middle] == key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
