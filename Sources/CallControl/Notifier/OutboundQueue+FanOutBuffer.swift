import EventLoops

// A session that follows a page (Architecture, "Fan-out buffers").
extension OutboundQueue {
    /// From here on the session has what is put on that page; what it has else comes before. `false`: it has not, since
    /// it may not or cannot, and what comes is appended or kept.
    func follow(_ place: BufferOffset, if mayFollow: Bool) -> Bool {
        if let page, page.page == place.page {
            if !mayFollow { leavePage() }
            return mayFollow
        }
        guard mayFollow, gathers, page == nil, bytes.isEmpty else { return false }
        page = place
        if !isScheduled {
            isScheduled = true
            round.enter(self) { round, outbox in round.lineUp(outbox) }
        }
        return true
    }

    /// What the session has on a page is copied: something else follows, or the page is over.
    func leavePage() {
        guard let page else { return }
        bytes.append(contentsOf: round.enter(page) { round, page in round.frames(from: page) })
        forgetPage()
        if !bytes.isEmpty { joinRound() }
    }

    /// What comes now is in a copy of its own, for it has asked: so it goes out first.
    func detachFromFanOut() {
        leavePage()
        if gathers { joinRound() }
    }

    func forgetPage() {
        guard let page else { return }
        round.enter(page) { round, page in round.leave(page) }
        self.page = nil
    }

    /// Writes what is on its page, in its turn.
    func flushInLine() {
        isScheduled = false
        if page != nil { write() }
        assert(page == nil, "Who has had its turn has nothing left on a page, which may be blank by its next one.")
    }
}
