import TLibrary

/// What a session's client has still to get, one event after the other; and before that, where the session may be taken
/// up, what was handed to the kernel and the client may not have received.
///
/// The events stand in the order in which they go out. Each costs the same to append, to hand on and to drop, however
/// many there are: a newer change finds the older ones that it stands for by what they are about.
struct ConflatingQueue {
    /// What an event takes beside its bytes, in each session that waits for it.
    static let placeCost = 64

    /// Something that is appended.
    struct Item: Sendable {
        var event: SharedFrame
        var reference: ReferenceID?
        /// How many requests have their first answer once it is handed to the kernel.
        var answers: Int32 = 0
        /// Whether the client counts it: not EventLinkConnected, nor link messages.
        var isCounted = true
    }

    struct Slot {
        /// `nil`: nothing stands here.
        var event: SharedFrame?
        var reference: Int32 = 0
        /// How many events it stands for besides itself.
        var conflated: Int32 = 0
        var answers: Int32 = 0
        /// When it was appended, or handed to the kernel; milliseconds of the shard's time.
        var time: Int64 = 0
        var isCounted = false
        /// Whether a newer event may stand for it.
        var isIndexed = false
        var previous = ConflatingQueue.none
        var following = ConflatingQueue.none
        /// The neighbours among those that are indexed under the same subject.
        var older = ConflatingQueue.none
        var newer = ConflatingQueue.none
    }

    static let none: Int32 = -1

    var slots: [Slot] = []
    var free = ConflatingQueue.none
    private(set) var used = 0
    var first = ConflatingQueue.none
    var last = ConflatingQueue.none
    /// The first that was not handed to the kernel whole; before it stand those that are kept.
    var next = ConflatingQueue.none
    /// How much of it was handed to the kernel.
    var handed = 0
    /// The newest event of each subject that a newer one may stand for, while the session has a backlog.
    var newest: [ConflationKey: Int32] = [:]
    private(set) var isConflating = false

    /// Counted events that were handed to the kernel whole, and those among them that are not kept any more.
    var sent: UInt64 = 0
    var forgotten: UInt64 = 0
    /// What waits, and what is kept: bytes, and a place for each event.
    var waitingCost = 0
    var keptCost = 0
    /// Events that newer ones stand for, since the session began.
    private(set) var dropped: UInt64 = 0

    var isEmpty: Bool { used == 0 }
    var isWaiting: Bool { next != ConflatingQueue.none }
    var isKeeping: Bool { first != next }

    /// What is in memory for it, the events themselves left out.
    var footprint: Int {
        slots.capacity * MemoryLayout<Slot>.stride
            + newest.capacity * (MemoryLayout<ConflationKey>.stride + MemoryLayout<Int32>.stride) * 4 / 3
    }

    func size(of slot: Slot) -> Int {
        guard let event = slot.event else { return 0 }
        return event.bytes.count + (slot.reference != 0 ? FrameWriter.referenceSize : 0)
            + (slot.conflated > 0 ? FrameWriter.conflatedSize(hasExtensions: event.outline.hasExtensions) : 0)
    }

    func cost(of slot: Slot) -> Int { size(of: slot) + Self.placeCost }

    // MARK: - Appending

    /// Appends an event, which drops those that it stands for where the session has a backlog.
    mutating func append(_ item: Item, at time: Int64) {
        var slot = Slot(item, at: time)
        let subject = isConflating ? item.event.outline.subject : nil
        if let subject { standFor(subject, &slot) }
        waitingCost += cost(of: slot)
        let place = link(slot)
        if let subject, slot.reference == 0 { index(place, under: subject) }
    }

    /// Puts an event before all others that wait. Nothing of them was handed to the kernel.
    mutating func prepend(_ item: Item, at time: Int64) {
        precondition(handed == 0, "Nothing goes before the rest of a frame.")
        guard next != ConflatingQueue.none else { return append(item, at: time) }
        var slot = Slot(item, at: time)
        waitingCost += cost(of: slot)
        slot.previous = slots[Int(next)].previous
        slot.following = next
        let place = take(slot)
        slots[Int(next)].previous = place
        if slot.previous != ConflatingQueue.none { slots[Int(slot.previous)].following = place } else { first = place }
        next = place
    }

    private mutating func link(_ slot: Slot) -> Int32 {
        var slot = slot
        slot.previous = last
        let place = take(slot)
        if last != ConflatingQueue.none { slots[Int(last)].following = place } else { first = place }
        last = place
        if next == ConflatingQueue.none { next = place }
        return place
    }

    private mutating func take(_ slot: Slot) -> Int32 {
        used += 1
        guard free != ConflatingQueue.none else {
            slots.append(slot)
            return Int32(slots.count - 1)
        }
        let place = free
        free = slots[Int(place)].following
        slots[Int(place)] = slot
        return place
    }

    /// Takes an event out, wherever it stands.
    mutating func remove(_ place: Int32) {
        let slot = slots[Int(place)]
        unindex(place)
        if slot.previous != ConflatingQueue.none {
            slots[Int(slot.previous)].following = slot.following
        } else {
            first = slot.following
        }
        if slot.following != ConflatingQueue.none {
            slots[Int(slot.following)].previous = slot.previous
        } else {
            last = slot.previous
        }
        if next == place { next = slot.following }
        slots[Int(place)] = Slot()
        slots[Int(place)].following = free
        free = place
        used -= 1
        if used == 0 { giveRoomBack() }
    }

    /// A session that once had much to say does not keep the room for it.
    private mutating func giveRoomBack() {
        free = ConflatingQueue.none
        if slots.capacity > 32 { slots = [] } else { slots.removeAll(keepingCapacity: true) }
        if newest.capacity > 32 { newest = [:] }
    }

    /// Nothing is left, of whatever there was.
    mutating func removeAll() {
        let (sent, dropped) = (sent, dropped)
        self = ConflatingQueue()
        (self.sent, self.forgotten, self.dropped) = (sent, sent, dropped)
    }

    // MARK: - Conflation (WireFormat, "Slow consumers")

    /// From now on newer changes stand for older ones of which nothing was handed to the kernel.
    mutating func beginConflating() {
        guard !isConflating else { return }
        isConflating = true
        var place = next
        while place != ConflatingQueue.none {
            let slot = slots[Int(place)]
            let isUntouched = place != next || handed == 0
            if isUntouched, slot.reference == 0, let outline = slot.event?.outline, !outline.hasReference,
                let subject = outline.subject
            {
                index(place, under: subject)
            }
            place = slot.following
        }
    }

    /// The session keeps up again.
    mutating func endConflating() {
        guard isConflating else { return }
        isConflating = false
        guard !newest.isEmpty else { return }
        var place = next
        while place != ConflatingQueue.none {
            slots[Int(place)].isIndexed = false
            (slots[Int(place)].older, slots[Int(place)].newer) = (ConflatingQueue.none, ConflatingQueue.none)
            place = slots[Int(place)].following
        }
        newest.removeAll(keepingCapacity: newest.capacity <= 32)
    }

    /// Drops what the new event stands for: changes of the same call and DN without a recording, or with the same one.
    private mutating func standFor(_ subject: ConflationKey, _ slot: inout Slot) {
        if subject.recording != nil {
            drop(ConflationKey(thisDN: subject.thisDN, connection: subject.connection), for: &slot)
        }
        drop(subject, for: &slot)
    }

    private mutating func drop(_ subject: ConflationKey, for slot: inout Slot) {
        var place = newest[subject] ?? ConflatingQueue.none
        while place != ConflatingQueue.none {
            let older = slots[Int(place)]
            slot.conflated = Int32(clamping: Int(slot.conflated) + Int(older.conflated) + 1)
            slot.answers += older.answers
            dropped += 1
            waitingCost -= cost(of: older)
            remove(place)
            place = older.older
        }
    }

    private mutating func index(_ place: Int32, under subject: ConflationKey) {
        let older = newest.updateValue(place, forKey: subject) ?? ConflatingQueue.none
        slots[Int(place)].isIndexed = true
        slots[Int(place)].older = older
        if older != ConflatingQueue.none { slots[Int(older)].newer = place }
    }

    mutating func unindex(_ place: Int32) {
        let slot = slots[Int(place)]
        guard slot.isIndexed, let subject = slot.event?.outline.subject else { return }
        slots[Int(place)].isIndexed = false
        if slot.older != ConflatingQueue.none { slots[Int(slot.older)].newer = slot.newer }
        if slot.newer != ConflatingQueue.none {
            slots[Int(slot.newer)].older = slot.older
        } else if slot.older != ConflatingQueue.none {
            newest[subject] = slot.older
        } else {
            newest[subject] = nil
        }
    }
}

extension ConflatingQueue.Slot {
    init(_ item: ConflatingQueue.Item, at time: Int64) {
        event = item.event
        reference = item.reference?.rawValue ?? 0
        answers = item.answers
        isCounted = item.isCounted
        self.time = time
    }
}
