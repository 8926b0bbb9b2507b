import CallControl
import EventLoops

/// How far one connection of the inspection port is. Bounded in what it keeps, and in the time of each step.
actor HTTPConnection: LoopBound {
    static let rank = 5

    /// A request must be whole so long after the connection or the answer before it, and its answer be found.
    static let patienceToAsk = Duration.seconds(10)
    /// An answer must have been taken so long after it was there.
    static let patienceToRead = Duration.seconds(30)

    private enum Phase {
        /// A request is on its way. Next: `asking`, `writing` where it is refused, or `closed`.
        case reading
        /// Its answer is looked for; nothing is read meanwhile. Next: `writing`, or `closed`.
        case asking
        /// Next: `reading`, or `closed`.
        case writing
        case closed
    }

    nonisolated let seat: ShardSeat
    private let stream: any ByteStream
    private var reader = HTTPRequestDecoder()
    private var phase = Phase.reading
    private var wantsBody = true
    private var closesAfter = false
    private var outgoing: [UInt8] = []
    private var written = 0
    private var deadline: (any Timer)?

    init(_ stream: any ByteStream, on seat: ShardSeat) {
        self.stream = stream
        self.seat = seat
    }

    func begin() {
        expect(within: Self.patienceToAsk)
    }

    func append(_ bytes: Span<UInt8>) {
        guard phase != .closed else { return }
        reader.append(bytes)
    }

    /// The next request, where one is whole and the one before it is answered.
    func next() -> HTTPRequest? {
        guard phase == .reading else { return nil }
        switch reader.next() {
        case .incomplete: return nil
        case .refused(let status):
            closesAfter = true
            write(HTTPResponse(status))
            return nil
        case .request(let request):
            phase = .asking
            wantsBody = request.wantsBody
            closesAfter = !request.keepsAlive
            stream.pauseReading()
            return request
        }
    }

    /// The answer to the request that ``next()`` gave; harmless where the connection is gone. Says whether it is written,
    /// and more has come already.
    func answer(_ answer: HTTPResponse) -> Bool {
        guard phase == .asking else { return false }
        write(answer)
        return phase == .reading && !reader.isEmpty
    }

    /// Another connection needs this one's place. A request that has begun to come, or that is being answered, is told
    /// so; an answer that is on its way ends here.
    func giveWay() {
        refuse(HTTPResponse(.unavailable, "There are as many connections as there may be."))
    }

    private func timeOut() {
        refuse(HTTPResponse(.requestTimeout))
    }

    private func refuse(_ answer: HTTPResponse) {
        let isAnswerOwed = phase == .asking || phase == .reading && !reader.isEmpty
        guard isAnswerOwed else { return close() }
        closesAfter = true
        stream.pauseReading()
        write(answer)
    }

    /// Whether it waits for a request, and none is being answered.
    var isIdle: Bool { phase == .reading }

    private func write(_ answer: HTTPResponse) {
        phase = .writing
        outgoing = answer.bytes(withBody: wantsBody, closes: closesAfter, at: seat.shard.wallTime)
        written = 0
        wantsBody = true
        expect(within: Self.patienceToRead)
        writeOn()
    }

    func writeOn() {
        guard phase == .writing else { return }
        written += stream.write(outgoing.span.extracting(written...))
        guard written == outgoing.count else { return }
        outgoing = []
        written = 0
        if closesAfter { return close() }
        phase = .reading
        expect(within: Self.patienceToAsk)
        stream.resumeReading()
    }

    func closed() {
        phase = .closed
        outgoing = []
        deadline?.cancel()
        deadline = nil
    }

    private func close() {
        guard phase != .closed else { return }
        closed()
        stream.close()
    }

    private func expect(within patience: Duration) {
        deadline?.cancel()
        deadline = seat.shard.after(patience) { [weak self] in
            self?.enter(()) { link, _ in link.timeOut() }
        }
    }
}
