import EventLoops
import Logging
import TLibrary

/// What becomes of a client's connection, where it comes back for its session.
public enum LinkChange: Sendable, Equatable {
    /// The connection is lost; the client tries to connect again after that time.
    case lost(TLibraryClientError, retryingIn: Duration)
    /// Connected again, and the session goes on: nothing was missed, and registrations are as they were.
    case takenUp
    /// Connected again, with a new session, which has no registrations. Requests that waited got `session-lost`.
    case replaced
}

// Coming back for a session (WireFormat, "Session resumption").
extension TLibraryClient {
    /// Whether the client tries again: what was asked for wrongly does not become right by asking once more.
    func mayReturn(after error: TLibraryClientError) -> Bool {
        guard options.reconnect != nil, session != nil else { return false }
        switch error.code {
        case .connectionLost, .notConnected, .timedOut: return true
        case .refused: return error.errorCode == .serviceUnavailable
        default: return false
        }
    }

    /// The connection is lost.
    func goAway(_ error: TLibraryClientError) {
        guard let reconnect = options.reconnect else { return }
        logger.debug("connection lost", metadata: ["reason": "\(error.code.rawValue)"])
        let stream = stream
        state = .away
        generation += 1
        stopTimers()
        stream?.close()
        inbound = FrameDecoder(limit: options.frame)
        outbox = WriteBuffer()
        hasAsked = false
        let wait = max(nextWait, reconnect.firstWait)
        nextWait = min(wait * 2, reconnect.longestWait)
        returnTimer = shard.after(wait) { [weak self] in
            self?.assumeIsolated { $0.tryAgain() }
        }
        onLink?(.lost(error, retryingIn: wait))
    }

    private func tryAgain() {
        guard case .away = state else { return }
        let connection = generation
        returnTimer = shard.after(options.opening) { [weak self] in
            self?.assumeIsolated { client in
                guard client.generation == connection else { return }
                client.end(TLibraryClientError(.timedOut, "the server does not open the session again"))
            }
        }
        shard.connect(to: address) { [self] result in
            assumeIsolated { client -> (any ByteStreamHandler)? in
                guard case .away = client.state, client.generation == connection else { return nil }
                switch result {
                case .success(let stream):
                    client.askForSession(over: stream)
                    return Link(client: client, generation: connection)
                case .failure(let error):
                    client.end(TLibraryClientError(.notConnected, error.description))
                    return nil
                }
            }
        }
    }

    private func askForSession(over stream: any ByteStream) {
        state = .returning(stream)
        lastHeard = shard.now
        var register = registration
        register.sessionID = session?.sessionID
        let request = Request(
            .registerClient(register), reference: pending.nextReference(),
            extensions: ["take-up": .integer(1), "received": .string("\(counted)")])
        _ = outbox.append(request, frameLimit: options.frame)
        flush()
    }

    /// EventLinkConnected has come again: of the session that was, or of a new one.
    func comeBack(over stream: any ByteStream, _ event: Event, bytes: Int) throws(TLibraryClientError) {
        let isSame = event.sessionID == session?.sessionID
        state = .open(stream)
        session = event
        nextWait = .zero
        acknowledged = counted
        returnTimer?.cancel()
        returnTimer = nil
        beginKeepAlive()
        if isSame {
            outbox.append(held)
        } else {
            (counted, acknowledged) = (0, 0)
            pending.settleAll(
                TLibraryClientError(.sessionLost, "the connection was lost, and the server let the session go"))
        }
        held = WriteBuffer()
        flush()
        onLink?(isSame ? .takenUp : .replaced)
        if !isSame { try show(event, bytes: bytes) }
    }

    /// Tells the server how many events have come, once there are so many more: it need not keep them.
    func acknowledge(atLeast count: UInt64) {
        guard options.reconnect != nil, case .open = state, counted - acknowledged >= count else { return }
        acknowledged = counted
        outbox.append(.received(["received": .string("\(counted)")]))
        flush()
    }

    func stopTimers() {
        keepAliveTimer?.cancel()
        keepAliveTimer = nil
        returnTimer?.cancel()
        returnTimer = nil
    }
}
