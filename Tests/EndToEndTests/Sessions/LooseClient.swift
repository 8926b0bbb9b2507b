import CallControl
import CallModel
import EventLoops
import LibuvEventLoops
import TLibrary

/// A T-Client over a real socket that does as it likes: it stops reading, reads a little at a time, leaves without a word.
final class LooseClient: ByteStreamHandler {
    private struct State {
        var stream: (any ByteStream)?
        var bytes: [UInt8] = []
        var events: [Event] = []
        var faults = 0
        var isClosed = false
        var lastReference: Int32 = 0
        /// How many bytes it reads in a second; `nil`: all that come.
        var rate: Int?
    }

    private let loop: LibuvEventLoop
    private let visitor: ShardVisitor
    private let state = Locked<State>(State())

    private init(on loop: LibuvEventLoop) {
        self.loop = loop
        visitor = ShardVisitor(loop)
    }

    static func connect(to address: SocketAddress, on loop: LibuvEventLoop) async throws -> LooseClient {
        let client = LooseClient(on: loop)
        await client.visitor.run {
            loop.connect(to: address) { result in
                guard case .success(let stream) = result else { return nil }
                client.state.withLock { $0.stream = stream }
                return client
            }
        }
        _ = await client.waits { state in state.stream != nil }
        return client
    }

    // MARK: - What it asks

    /// Sends requests in one write. Gives the ReferenceID of the last.
    @discardableResult
    func send(
        _ operations: [Operation], as dn: DirectoryNumber = "", of call: ConnectionID = .none,
        _ extensions: KeyValueList = [:]
    ) async -> ReferenceID {
        let (bytes, reference) = state.withLock { state in
            var bytes: [UInt8] = []
            for operation in operations {
                state.lastReference += 1
                let request = Request(
                    operation, reference: ReferenceID(rawValue: state.lastReference), thisDN: dn, connection: call,
                    extensions: extensions)
                request.encode(to: &bytes)
            }
            return (bytes, ReferenceID(rawValue: state.lastReference))
        }
        await visitor.run { [self] in
            var left = bytes[...]
            while !left.isEmpty, let stream = state.withLock({ $0.stream }) {
                left = left.dropFirst(stream.write(Array(left).span))
                if !left.isEmpty { preconditionFailure("The test sends more than a socket takes at once.") }
            }
        }
        return reference
    }

    func open(_ name: String, takesUp: Bool = false) async {
        await send(
            [.registerClient(RegisterClient(applicationName: name))], takesUp ? ["take-up": .integer(1)] : [:])
        _ = await waits { $0.events.contains { $0.message == .eventLinkConnected } }
    }

    /// Asks for the session of one that has left, and goes on counting where that one was.
    func takeUp(_ lost: LooseClient, _ name: String) async {
        let before = lost.events
        let count = before.count { $0.message != .eventLinkConnected }
        state.withLock { state in
            state.events = before
            state.lastReference = lost.state.withLock { $0.lastReference }
        }
        let id = before.last { $0.message == .eventLinkConnected }?.sessionID
        await send(
            [.registerClient(RegisterClient(applicationName: name, sessionID: id))],
            ["take-up": .integer(1), "received": .string("\(count)")])
        _ = await waits { $0.events.dropFirst(before.count).contains { $0.message == .eventLinkConnected } }
    }

    private func send(_ operations: [Operation], _ extensions: KeyValueList) async {
        await send(operations, as: "", of: .none, extensions)
    }

    /// The first event that answers a request.
    func answer(to reference: ReferenceID) async -> Event? {
        _ = await waits { $0.events.contains { $0.referenceID == reference } }
        return events.first { $0.referenceID == reference }
    }

    // MARK: - What it has heard

    var events: [Event] { state.withLock { $0.events } }
    var faults: Int { state.withLock { $0.faults } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// The numbers that it was told, each with how many it stands for.
    var told: [(number: Int32, conflated: Int32)] {
        events.filter { $0.message == .eventAttachedDataChanged }.compactMap { event in
            guard let number = event.userData?.first("number")?.integer else { return nil }
            return (number, event.extensions?.first("conflated")?.integer ?? 0)
        }
    }

    /// Waits until it has heard that, for as long as a busy machine may need.
    func hears(_ condition: @Sendable ([Event]) -> Bool) async -> Bool {
        await waits { condition($0.events) }
    }

    func isGone() async -> Bool { await waits(\.isClosed) }

    private func waits(_ condition: (State) -> Bool) async -> Bool {
        for _ in 0..<4_000 {
            if state.withLock({ condition($0) }) { return true }
            await visitor.pause(for: .milliseconds(5))
        }
        return false
    }

    // MARK: - What it does to its line

    func stop() async { await visitor.run { [self] in state.withLock { $0.stream }?.pauseReading() } }
    func goOn() async { await visitor.run { [self] in state.withLock { $0.stream }?.resumeReading() } }

    /// From now on it reads a piece, waits for as long as that takes at so many bytes a second, and reads another.
    func trickle(bytesPerSecond rate: Int?) async {
        state.withLock { $0.rate = rate }
        await goOn()
    }

    func leave() async { await visitor.run { [self] in state.withLock { $0.stream }?.close() } }

    func received(_ bytes: Span<UInt8>) {
        var table = AttributeTable()
        let rate = state.withLock { state in
            state.bytes.append(copying: bytes)
            var place = 0
            let gathered = state.bytes
            while case .frame(let length) = FrameDecoder.split(gathered.span, at: place) {
                let frame = gathered.span.extracting(place..<place + length)
                place += length
                if MessageNumber(ofFrame: frame)?.kind == .link { continue }
                if let event = try? Event(decoding: frame, table: &table) {
                    state.events.append(event)
                } else {
                    state.faults += 1
                }
            }
            state.bytes.removeFirst(place)
            return state.rate
        }
        guard let rate, let stream = state.withLock({ $0.stream }) else { return }
        stream.pauseReading()
        _ = loop.after(.seconds(1) * bytes.count / rate) { stream.resumeReading() }
    }

    func becameWritable() {}

    func closed() {
        state.withLock { state in
            state.stream = nil
            state.isClosed = true
        }
    }
}
