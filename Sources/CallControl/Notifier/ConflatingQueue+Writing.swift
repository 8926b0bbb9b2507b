import TLibrary

// Handing events to the kernel, and keeping them for a client that may come back for them.
extension ConflatingQueue {
    /// Appends what is to be written next: at least one event, and no further one once there are so many bytes.
    func fill(_ bytes: inout [UInt8], upTo limit: Int) {
        var place = next
        var skipped = handed
        while place != ConflatingQueue.none, bytes.count < limit {
            let slot = slots[Int(place)]
            append(slot, behind: skipped, to: &bytes)
            skipped = 0
            place = slot.following
        }
    }

    private func append(_ slot: Slot, behind skipped: Int, to bytes: inout [UInt8]) {
        guard let event = slot.event?.bytes else { return }
        guard slot.reference != 0 || slot.conflated > 0 else {
            bytes.append(copying: event.span.extracting(skipped...))
            return
        }
        let start = bytes.count
        FrameWriter.appendCopy(
            of: event.span, withReference: slot.reference == 0 ? nil : ReferenceID(rawValue: slot.reference),
            conflated: slot.conflated, to: &bytes)
        if skipped > 0 { bytes.removeSubrange(start..<start + skipped) }
    }

    /// So many bytes of what ``fill(_:upTo:)`` gave were handed to the kernel. Says how many requests are thereby
    /// answered. `keeps`: the client may ask for the events again.
    mutating func hand(_ count: Int, at time: Int64, keeps: Bool) -> Int {
        var left = count
        var answers = 0
        while next != ConflatingQueue.none {
            let place = next
            let slot = slots[Int(place)]
            let rest = size(of: slot) - handed
            guard left >= rest else {
                if left > 0 { unindex(place) }
                handed += left
                break
            }
            left -= rest
            handed = 0
            answers += Int(slot.answers)
            handOver(place, slot, at: time, keeps: keeps)
        }
        return answers
    }

    private mutating func handOver(_ place: Int32, _ slot: Slot, at time: Int64, keeps: Bool) {
        let cost = cost(of: slot)
        waitingCost -= cost
        if slot.isCounted { sent += 1 }
        guard keeps, slot.isCounted else {
            remove(place)
            if slot.isCounted { forgotten = sent }
            return
        }
        unindex(place)
        slots[Int(place)].answers = 0
        slots[Int(place)].time = time
        keptCost += cost
        next = slot.following
    }

    /// When the oldest that waits was appended, in milliseconds; `nil`: nothing waits.
    var oldest: Int64? { next == ConflatingQueue.none ? nil : slots[Int(next)].time }

    /// The bytes that still have to follow what was handed to the kernel of a frame.
    var restOfFrame: [UInt8] {
        guard handed > 0 else { return [] }
        var bytes: [UInt8] = []
        fill(&bytes, upTo: 1)
        return bytes
    }

    // MARK: - What is kept

    /// The client has received so many events: those need not be kept.
    mutating func release(through received: UInt64) {
        while forgotten < min(received, sent), isKeeping { forgetOldest() }
    }

    /// Forgets what was handed to the kernel before that time.
    mutating func forget(before time: Int64) {
        while isKeeping, slots[Int(first)].time < time { forgetOldest() }
    }

    mutating func forgetOldest() {
        keptCost -= cost(of: slots[Int(first)])
        forgotten += 1
        remove(first)
    }

    /// The connection is lost: what was handed to it of a frame, and its link messages, mean nothing any more.
    mutating func loseConnection() {
        handed = 0
        var place = next
        while place != ConflatingQueue.none {
            let slot = slots[Int(place)]
            if !slot.isCounted {
                waitingCost -= cost(of: slot)
                remove(place)
            }
            place = slot.following
        }
    }

    /// Whether a client that has received so many events can be given all that follow.
    func canResume(from received: UInt64) -> Bool {
        received >= forgotten && received <= sent
    }

    /// What follows the first `received` events waits again, for a new connection.
    ///
    /// - Precondition: ``canResume(from:)`` says so, and the connection is lost.
    mutating func rewind(to received: UInt64, at time: Int64) {
        endConflating()
        release(through: received)
        waitingCost += keptCost
        keptCost = 0
        next = first
        handed = 0
        (sent, forgotten) = (received, received)
        var place = next
        while place != ConflatingQueue.none {
            slots[Int(place)].time = time
            place = slots[Int(place)].following
        }
    }
}
