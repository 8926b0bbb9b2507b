import EventLoops
import Logging
import TLibrary

/// Brings what happens on the connection to its client, on the shard.
final class Link: ByteStreamHandler {
    private let client: TLibraryClient
    /// Which of the client's connections this is: it may have another one by now.
    private let generation: Int

    init(client: TLibraryClient, generation: Int) {
        self.client = client
        self.generation = generation
    }

    func received(_ bytes: Span<UInt8>) {
        client.assumeIsolated { client in
            if client.generation == generation { client.received(bytes) }
        }
    }

    func becameWritable() {
        client.assumeIsolated { client in
            if client.generation == generation { client.becameWritable() }
        }
    }

    func closed() {
        client.assumeIsolated { client in
            guard client.generation == generation else { return }
            client.end(TLibraryClientError(.connectionLost, "the server closed the connection"))
        }
    }
}

// What comes in.
extension TLibraryClient {
    fileprivate func received(_ bytes: Span<UInt8>) {
        guard stream != nil else { return }
        lastHeard = shard.now
        hasAsked = false
        inbound.append(bytes)
        let connection = generation
        do throws(TLibraryClientError) {
            while stream != nil, connection == generation, let (message, size) = try nextMessage() {
                try take(message, bytes: size)
            }
            if connection == generation { acknowledge(atLeast: 64) }
        } catch {
            end(error)
        }
    }

    private enum Message {
        case link(MessageNumber)
        case event(Event)
    }

    private func nextMessage() throws(TLibraryClientError) -> (Message, Int)? {
        switch inbound.next() {
        case .incomplete:
            return nil
        case .invalid:
            throw .violation(
                "The server sent a frame below 4 bytes, or over this client's limit of \(inbound.limit).")
        case .frame(let length):
            return try inbound.takeFrame(length) { frame throws(TLibraryClientError) in
                (try Self.message(in: frame, &table), length)
            }
        }
    }

    private static func message(
        in frame: Span<UInt8>, _ table: inout AttributeTable
    ) throws(TLibraryClientError) -> Message {
        guard let number = MessageNumber(ofFrame: frame) else { throw .violation("The server sent a short frame.") }
        if number.kind == .link { return .link(number) }
        do throws(WireError) {
            return .event(try Event(decoding: frame, table: &table))
        } catch {
            throw .violation("The server sent what is no event. \(error.message)")
        }
    }

    private func take(_ message: Message, bytes: Int) throws(TLibraryClientError) {
        switch message {
        case .link(.ping):
            outbox.append(.pong)
            flush()
        case .link(.pong):
            break
        case .link(let number):
            throw .violation("The server sent \(number), which is a client's to send.")
        case .event(let event):
            try take(event, bytes: bytes)
        }
    }

    private func take(_ event: Event, bytes: Int) throws(TLibraryClientError) {
        switch (state, event.message) {
        case (.opening(let stream), .eventLinkConnected):
            state = .open(stream)
            session = event
            beginKeepAlive()
            return try pending.take(event, limit: options.unreadEvents)
        case (.returning(let stream), .eventLinkConnected):
            return try comeBack(over: stream, event, bytes: bytes)
        case (.open, .eventLinkConnected):
            throw .violation("The server opened the session twice.")
        case (.returning, .eventError):
            throw .refused(event)
        case (.opening, .eventError):
            break
        case (.open, _):
            counted += 1
        case (.opening, _), (.returning, _):
            throw .violation("The server sent \(event.message) before EventLinkConnected.")
        case (.connecting, _), (.away, _), (.ended, _):
            return
        }
        try show(event, bytes: bytes)
        try pending.take(event, limit: options.unreadEvents)
        if event.message == .eventLinkDisconnected {
            let reason = event.extensions?.first("reason")?.text ?? "no reason given"
            throw TLibraryClientError(.connectionLost, "the server ended the session: \(reason)")
        }
    }

    /// Puts an event among those that the program reads.
    func show(_ event: Event, bytes: Int) throws(TLibraryClientError) {
        guard unread.append(event, bytes: bytes) else {
            throw TLibraryClientError(.eventsUnread, "events came faster than the program read them")
        }
        wakeReaders()
    }

    fileprivate func becameWritable() {
        outbox.becameWritable()
        flush()
    }

    func flush() {
        guard let stream else { return }
        outbox.flush(to: stream)
    }

    /// The connection, as long as there is one.
    var stream: (any ByteStream)? {
        switch state {
        case .connecting, .away, .ended: nil
        case .opening(let stream), .open(let stream), .returning(let stream): stream
        }
    }

    /// The end of the connection, and of the session unless the client comes back for it; `nil` where the program wanted
    /// it.
    func end(_ error: TLibraryClientError?) {
        if case .ended = state { return }
        if let error, mayReturn(after: error) { return goAway(error) }
        if let error { logger.debug("session ended", metadata: ["reason": "\(error.code.rawValue)"]) }
        let stream = stream
        state = .ended(error)
        stream?.close()
        generation += 1
        stopTimers()
        pending.settleAll(error ?? .closed)
        wakeReaders()
    }
}

// The link's own life (WireFormat, "Link messages").
extension TLibraryClient {
    func beginKeepAlive() {
        guard options.keepAlive > .zero else { return }
        awaitSilence(options.keepAlive)
    }

    private func awaitSilence(_ time: Duration) {
        keepAliveTimer = shard.after(time) { [weak self] in
            self?.assumeIsolated { $0.keepAliveIsDue() }
        }
    }

    private func keepAliveIsDue() {
        guard stream != nil else { return }
        acknowledge(atLeast: 1)
        let silence = shard.now - lastHeard
        if hasAsked, silence >= options.keepAlive * 2 {
            return end(TLibraryClientError(.connectionLost, "nothing was heard of the server for \(silence)"))
        }
        if !hasAsked, silence >= options.keepAlive {
            hasAsked = true
            outbox.append(.ping)
            flush()
        }
        let patience = hasAsked ? options.keepAlive * 2 : options.keepAlive
        awaitSilence(max(patience - silence, .milliseconds(1)))
    }
}
