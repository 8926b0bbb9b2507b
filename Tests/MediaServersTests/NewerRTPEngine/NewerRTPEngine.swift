import CallControl
import CallModel
import EventLoops
import Synchronization

/// An rtpengine of a release that has a true pause, as its client sees it: the NG protocol over UDP, and no media.
///
/// It answers as the real ones of 12.5 and 26.0 were seen to answer, and keeps a note of every datagram that one of them
/// would not get from a sound client: a test fails on those. It lives on a shard of its own, running or simulated.
final class NewerRTPEngine: Sendable {
    /// What the releases differ in.
    enum Release: Sendable {
        /// Its pause keeps the state, and goes on writing; a second recording of a call has the file of the first.
        case mr12
        /// Its pause ends the writing. The client names the files, and a query shows the metadata.
        case mr26
    }

    let shard: any EventLoop
    private let desk: Locked<NewerRTPEngineDesk>
    private let socket = Locked<(any DatagramSocket)?>(nil)

    init(on shard: any EventLoop, release: Release = .mr26) {
        self.shard = shard
        desk = Locked(NewerRTPEngineDesk(release: release))
    }

    /// Opens its port: another one at each call. On the shard.
    func open(at address: SocketAddress = SocketAddress(host: "127.0.0.1", port: 0)) throws {
        let socket = try shard.openDatagramSocket(at: address) { [self] datagram, sender in
            var bytes: [UInt8] = []
            for place in datagram.indices { bytes.append(datagram[place]) }
            received(bytes, from: sender)
        }
        self.socket.withLock { $0 = socket }
    }

    var address: SocketAddress {
        guard let socket = socket.withLock({ $0 }) else { preconditionFailure("the server has no port yet") }
        return socket.localAddress
    }

    private func received(_ bytes: [UInt8], from sender: SocketAddress) {
        let now = shard.now
        execute(desk.withLock { $0.receive(bytes, from: sender, now: now) })
    }

    private func execute(_ replies: [NewerRTPEngineDesk.Reply]) {
        for reply in replies {
            if reply.delay == .zero {
                send(reply)
            } else {
                _ = shard.after(reply.delay) { [self] in
                    let now = shard.now
                    if let late = reply.late {
                        execute(desk.withLock { $0.take(late.bytes, from: late.sender, now: now) })
                    }
                    send(reply)
                }
            }
        }
    }

    private func send(_ reply: NewerRTPEngineDesk.Reply) {
        guard !reply.bytes.isEmpty else { return }
        socket.withLock { $0 }?.send(reply.bytes.span, to: reply.receiver)
    }
}

// MARK: What a test does to it, and sees of it: on any thread

extension NewerRTPEngine {
    /// What clients did against the protocol, one sentence each.
    var violations: [String] { desk.withLock { $0.violations } }

    /// The commands that came, repeats left out.
    func commands(of callID: String) -> [String] {
        desk.withLock { $0.commands.filter { $0.callID == callID }.map(\.name) }
    }

    /// From the next command on.
    func follow(_ script: @escaping @Sendable (ScriptedCommand) -> Misbehaviour?) {
        desk.withLock { $0.script = script }
    }

    /// A call whose parties speak from now on. On the shard.
    func carry(_ session: MediaSession, isSilent: Bool = false) {
        let now = shard.now
        desk.withLock { desk in
            desk.calls[session.callID] = CarriedCall(
                fromTag: session.fromTag, toTag: session.toTag, began: now, isSilent: isSilent)
        }
    }

    /// Something is done to a call that this client has not asked for.
    func change(_ callID: String, _ body: @Sendable (inout CarriedCall) -> Void) {
        desk.withLock { desk in
            guard var call = desk.calls[callID] else { return }
            body(&call)
            desk.calls[callID] = call
        }
    }

    func forget(_ callID: String) { desk.withLock { $0.calls[callID] = nil } }

    func call(_ callID: String) -> CarriedCall? { desk.withLock { $0.calls[callID] } }

    func isCapturing(_ callID: String) -> Bool { call(callID)?.isCaptured == true }

    /// Does nothing any more, like a stopped process: what comes is kept by its kernel.
    func freeze() { desk.withLock { $0.frozen = $0.frozen ?? [] } }

    /// Goes on, with what has come since. On the shard.
    func thaw() {
        let now = shard.now
        execute(desk.withLock { $0.thaw(now: now) })
    }

    /// Is gone: its host refuses what comes for it. On the shard.
    func kill() {
        socket.withLock { socket in
            socket?.close()
            socket = nil
        }
    }

    /// Starts again, knowing of no call, no recording and no cookie.
    func restart() { desk.withLock { $0.forgetAll() } }
}
