public import TLibrary

extension TLibraryClient {
    /// The events of a session, in the order in which they came, answers to its own requests among them.
    /// For one reader: of two, each gets a part.
    ///
    /// Those that nobody has read are kept, up to ``TLibraryClientOptions/unreadEvents``; over it the session is closed,
    /// for a client that leaves events out may show a lamp that lies. The sequence ends after ``TLibraryClient/close()``
    /// or when its task is cancelled, and throws what else ended the session, each after the events that came before.
    public struct Events: AsyncSequence, Sendable {
        public typealias Element = Event
        public typealias Failure = TLibraryClientError

        let client: TLibraryClient

        public struct AsyncIterator: AsyncIteratorProtocol {
            let client: TLibraryClient

            public mutating func next() async throws(TLibraryClientError) -> Event? {
                try await client.nextEvent()
            }

            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws(TLibraryClientError) -> Event? {
                try await client.nextEvent()
            }
        }

        public func makeAsyncIterator() -> AsyncIterator {
            AsyncIterator(client: client)
        }
    }

    public nonisolated var events: Events { Events(client: self) }

    fileprivate func nextEvent() async throws(TLibraryClientError) -> Event? {
        while true {
            if let event = unread.next() { return event }
            if case .ended(let error) = state {
                if let error { throw error }
                return nil
            }
            let waiter = OneShot<Void>()
            readers.append(waiter)
            // A cancelled reader leaves its waiter behind until the next event, which wakes all.
            guard await waiter.value() != nil else {
                readers.removeAll { $0 === waiter }
                return nil
            }
        }
    }

    func wakeReaders() {
        let waiting = readers
        readers = []
        for reader in waiting { reader.give(()) }
    }
}
