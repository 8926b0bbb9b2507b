import TLibrary

/// What a request waits for.
enum Awaited {
    /// The first event that answers it.
    case answer
    /// Of a recording request: EventPrivateInfo, which says what came of it.
    case outcome
    /// All parts of an answer that does not fit in one frame (WireFormat, "Snapshots").
    case allParts
}

typealias Answer = Result<[Event], TLibraryClientError>

/// The requests of a session that wait for their answers.
struct PendingRequests {
    private struct Pending {
        var awaited: Awaited
        var parts: [Event] = []
        let waiter: OneShot<Answer>
    }

    private var pending: [ReferenceID: Pending] = [:]
    private var last: Int32 = 0

    /// The next ReferenceID that no request waits under.
    mutating func nextReference() -> ReferenceID {
        repeat {
            last = last == .max ? 1 : last + 1
        } while pending[ReferenceID(rawValue: last)] != nil
        return ReferenceID(rawValue: last)
    }

    mutating func wait(for awaited: Awaited, under reference: ReferenceID, _ waiter: OneShot<Answer>) {
        pending[reference] = Pending(awaited: awaited, waiter: waiter)
    }

    /// Takes an event that may answer a request; one that answers none changes nothing. An answer of more parts than
    /// `limit` is a fault of the server's.
    mutating func take(_ event: Event, limit: Int) throws(TLibraryClientError) {
        guard let reference = event.referenceID, var request = pending[reference] else { return }
        request.parts.append(event)
        if event.message == .eventError {
            settle(reference, .failure(.refused(event)))
        } else if Self.isComplete(event, for: request.awaited) {
            settle(reference, .success(request.parts))
        } else if request.parts.count >= limit {
            throw .violation("The server's answer has more than \(limit) parts.")
        } else {
            pending[reference] = request
        }
    }

    mutating func settle(_ reference: ReferenceID, _ answer: Answer) {
        pending.removeValue(forKey: reference)?.waiter.give(answer)
    }

    mutating func settleAll(_ error: TLibraryClientError) {
        let all = pending.values
        pending = [:]
        for request in all { request.waiter.give(.failure(error)) }
    }

    private static func isComplete(_ event: Event, for awaited: Awaited) -> Bool {
        switch awaited {
        case .answer: true
        case .outcome: event.message == .eventPrivateInfo
        case .allParts: event.extensions?.first("more")?.integer != 1
        }
    }
}
