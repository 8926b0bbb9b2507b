import EventLoops
public import TLibrary

extension TLibraryClient {
    /// Sends a request and returns the first event that answers it (WireFormat, "Events").
    ///
    /// - Throws: `refused` for EventError; `timedOut`, `cancelled`, or what ended the session.
    @discardableResult
    public func request(
        _ operation: Operation, thisDN: DirectoryNumber = "", connection: ConnectionID = .none,
        extensions: KeyValueList = [:], reasons: KeyValueList = [:]
    ) async throws(TLibraryClientError) -> Event {
        try await ask(operation, thisDN, connection, extensions, reasons, awaiting: .answer).last.orNothing()
    }

    /// Sends a RequestPrivateService and returns the EventPrivateInfo that says what came of it, not the EventACK before.
    ///
    /// - Throws: as ``request(_:thisDN:connection:extensions:reasons:)``; `timedOut` also from a server whose option
    ///   `outcome-events` is off.
    @discardableResult
    public func outcome(
        of operation: Operation, thisDN: DirectoryNumber, connection: ConnectionID, extensions: KeyValueList = [:],
        reasons: KeyValueList = [:]
    ) async throws(TLibraryClientError) -> Event {
        try await ask(operation, thisDN, connection, extensions, reasons, awaiting: .outcome).last.orNothing()
    }

    func ask(
        _ operation: Operation, _ thisDN: DirectoryNumber, _ connection: ConnectionID, _ extensions: KeyValueList,
        _ reasons: KeyValueList, awaiting awaited: Awaited
    ) async throws(TLibraryClientError) -> [Event] {
        let time =
            switch awaited {
            case .answer, .allParts: options.answer
            case .outcome: options.outcome
            }
        return try await send(
            operation, thisDN, connection, extensions, reasons, awaiting: awaited, within: time)
    }

    @discardableResult
    func send(
        _ operation: Operation, _ thisDN: DirectoryNumber = "", _ connection: ConnectionID = .none,
        _ extensions: KeyValueList = [:], _ reasons: KeyValueList = [:], awaiting awaited: Awaited,
        within time: Duration
    ) async throws(TLibraryClientError) -> [Event] {
        let reference = pending.nextReference()
        try post(
            Request(
                operation, reference: reference, thisDN: thisDN, connection: connection, reasons: reasons,
                extensions: extensions))
        let waiter = OneShot<Answer>()
        pending.wait(for: awaited, under: reference, waiter)
        let timer = shard.after(time) { [weak self] in
            self?.assumeIsolated { client in
                client.pending.settle(
                    reference,
                    .failure(TLibraryClientError(.timedOut, "no answer to \(operation.message) came in time")))
            }
        }
        defer { timer.cancel() }
        let answer = await waiter.value()
        if answer == nil { pending.settle(reference, .failure(.cancelled)) }
        return try answer.orCancelled()
    }

    private func post(_ request: Request) throws(TLibraryClientError) {
        switch state {
        case .connecting: preconditionFailure("a client that is not connected yet is known to nobody")
        case .opening(let stream), .open(let stream):
            try append(request, to: &outbox)
            outbox.flush(to: stream)
        case .away, .returning: try append(request, to: &held)
        case .ended(let error): throw error ?? .closed
        }
    }

    private func append(_ request: Request, to outbox: inout WriteBuffer) throws(TLibraryClientError) {
        guard outbox.count < options.outbox else {
            throw TLibraryClientError(.tooManyRequests, "\(options.outbox) bytes of requests wait to be sent already")
        }
        guard outbox.append(request, frameLimit: options.frame) else {
            throw TLibraryClientError(
                .requestTooLarge, "\(request.message) does not fit in a frame of \(options.frame) bytes")
        }
    }
}

extension Optional<Event> {
    fileprivate func orNothing() throws(TLibraryClientError) -> Event {
        guard let self else { preconditionFailure("an answer has at least one event") }
        return self
    }
}
