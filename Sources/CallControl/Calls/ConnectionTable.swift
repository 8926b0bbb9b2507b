import TLibrary

/// A hash table by ConnID, with open addressing: one probe sequence in one array, no hashing state, no object for an entry.
///
/// The engine assigns ConnIDs itself, so no client can choose keys that collide. ConnID 0 (`none`) is no key. Memory
/// follows the number of entries in both directions: a table that is an eighth full is halved.
struct ConnectionTable<Element> {
    private struct Slot {
        /// 0: empty.
        var key: UInt64 = 0
        var element: Element?
    }

    private static var smallest: Int { 16 }

    private var slots: [Slot] = []
    private(set) var count = 0
    /// Bits of the product that are not part of a slot's number.
    private var shift = UInt64(UInt64.bitWidth)

    /// The entry's element; `nil` where there is none.
    subscript(connection: ConnectionID) -> Element? {
        guard count > 0 else { return nil }
        var index = home(of: connection.rawValue)
        while true {
            let key = slots[index].key
            if key == connection.rawValue { return slots[index].element }
            if key == 0 { return nil }
            index = (index + 1) & (slots.count - 1)
        }
    }

    /// Adds an entry, or replaces the element of the one that is there.
    mutating func insert(_ element: Element, for connection: ConnectionID) {
        precondition(connection.rawValue != 0, "ConnID 0 names no call.")
        if (count + 1) * 4 > slots.count * 3 { resize(to: max(Self.smallest, slots.count * 2)) }
        let index = place(of: connection.rawValue)
        if slots[index].key == 0 { count += 1 }
        slots[index] = Slot(key: connection.rawValue, element: element)
    }

    /// Removes the entry, where there is one.
    mutating func remove(_ connection: ConnectionID) {
        guard count > 0, connection.rawValue != 0 else { return }
        var hole = place(of: connection.rawValue)
        guard slots[hole].key != 0 else { return }
        count -= 1
        // Those behind it move up, as far as their own probe sequences allow, so that no tombstone is needed.
        let mask = slots.count - 1
        var next = (hole + 1) & mask
        while slots[next].key != 0 {
            let distance = (next - home(of: slots[next].key)) & mask
            if distance >= (next - hole) & mask {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        slots[hole] = Slot()
        if slots.count > Self.smallest, count * 8 <= slots.count { resize(to: slots.count / 2) }
    }

    /// In ascending order of ConnIDs.
    var sortedKeys: [ConnectionID] {
        slots.lazy.filter { $0.key != 0 }.map { ConnectionID(rawValue: $0.key) }
            .sorted { $0.rawValue < $1.rawValue }
    }

    /// How many elements satisfy the condition.
    func count(where isCounted: (Element) -> Bool) -> Int {
        slots.count { slot in slot.element.map(isCounted) ?? false }
    }

    /// Number of slots.
    var capacity: Int { slots.count }

    /// The first slot of a key's probe sequence: the upper bits of a product with 2^64 / φ.
    private func home(of key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    }

    /// The slot that has the key, or the empty one where its probe sequence ends.
    private func place(of key: UInt64) -> Int {
        var index = home(of: key)
        while slots[index].key != 0, slots[index].key != key { index = (index + 1) & (slots.count - 1) }
        return index
    }

    private mutating func resize(to size: Int) {
        var old: [Slot] = []
        swap(&old, &slots)
        slots = Array(repeating: Slot(), count: size)
        shift = UInt64(UInt64.bitWidth - size.trailingZeroBitCount)
        for slot in old where slot.key != 0 { slots[place(of: slot.key)] = slot }
    }
}
