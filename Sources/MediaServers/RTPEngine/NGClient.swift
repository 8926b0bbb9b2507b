import CallControl
import CallModel
import EventLoops
import Logging
import TLibrary

/// The driver's part on one shard: a UDP socket, the commands under way on it, and the recordings of the shard's calls.
actor NGClient: LoopBound {
    static let rank = 65

    nonisolated let seat: ShardSeat
    let server: Int
    let reports: MediaReports
    let desk: RTPEngineContext
    var socket: (any ConnectedDatagramSocket)?
    /// When the socket was opened: one that fails is replaced once a second at most.
    private var opened = Duration.zero - .seconds(3_600)
    private var hasNoSocket = false
    var window: NGTransactionWindow
    var reachability: Reachability
    var courses: [String: RTPEngineCallBox] = [:]
    /// Of the courses, those that the server has something of.
    var recordings = 0
    var callIDs: [RecordingKey: String] = [:]
    /// Call-ids that have a step with a deadline.
    var timed: Set<String> = []
    /// Those to look at, and those looked at in this round already.
    var looks = PollScheduler()
    var recent = RecentAnswers()
    /// Call-ids whose next recording would be written over what is there of them.
    var unnamed = RecentCallIDs()
    /// `nil`: nothing is converted.
    var conversions: ConversionTracker?
    var pinged = Duration.zero - .seconds(3_600)
    var isPinging = false
    var ticked = Duration.zero
    var hasProbed = false
    var isClosed = false
    /// Kinds of datagrams that could not be used and were told of.
    private var unusable: Set<RTPEngineCounters.UnusableDatagram> = []
    /// The call-id of the probe: one that no call has.
    let probeCallID: String
    /// This link, as the spool knows it.
    private(set) lazy var listener = makeListener()

    var now: Duration { seat.shard.now }

    init(shard: any EventLoop, server: Int, reports: MediaReports, desk: RTPEngineContext) {
        seat = ShardSeat(shard)
        self.server = server
        self.reports = reports
        self.desk = desk
        let run = shard.random()
        probeCallID = "callcontrol-probe-\(String(run, radix: 16))"
        conversions = desk.newConversionBook()
        window = NGTransactionWindow(run: run, limit: desk.settings.inFlight)
        reachability = Reachability(desk.reachabilityLimits)
    }

    // MARK: - Life

    func begin() {
        ticked = now
        openSocket()
        tick()
    }

    nonisolated func closeLater() {
        reports.later(on: seat.shard) { self.enter(()) { link, _ in link.close() } }
    }

    private func close() {
        isClosed = true
        socket?.close()
        socket = nil
        window.forgetAll()
        courses = [:]
        recordings = 0
    }

    /// A socket that is connected, so that the kernel drops what comes from elsewhere and tells of a server that is gone.
    private func openSocket() {
        guard now - opened >= .seconds(1) else { return }
        opened = now
        do {
            socket = try seat.shard.openDatagramSocket(
                connectedTo: desk.settings.address,
                received: { datagram in self.enter(datagram) { link, datagram in link.receive(datagram) } },
                failed: { failure in self.enter(failure) { link, failure in link.socketFailed(failure) } })
            hasNoSocket = false
        } catch {
            // It is tried again every second, and logged when that begins.
            guard !hasNoSocket else { return }
            hasNoSocket = true
            desk.logger.error("no socket to a media server: \(error)", metadata: desk.metadata)
        }
    }

    private func socketFailed(_ failure: DatagramFailure) {
        guard !isClosed else { return }
        switch failure {
        case .refused:
            if reachability.refused(at: now) == .lost { serverIsLost("its host refuses datagrams") }
        case .unusable(let reason):
            desk.logger.warning(
                "socket to a media server replaced", metadata: desk.metadata.merging(["reason": "\(reason)"]) { $1 })
            socket?.close()
            socket = nil
            openSocket()
        }
    }

    private static let tickTime = Duration.milliseconds(50)
    private static let stillness = Duration.milliseconds(500)

    private func tick() {
        guard !isClosed else { return }
        if socket == nil { openSocket() }
        if now - ticked < Self.stillness {
            sendAgain()
            expireSteps()
        } else {
            reachability.stoodStill(until: now)
        }
        ticked = now
        ping()
        hearNews()
        lookAtSome()
        if reachability.check(at: now, hasRecordings: recordings > 0) == .lost { serverIsLost("it is silent") }
        pump()
        _ = seat.shard.after(Self.tickTime) { self.enter(()) { link, _ in link.tick() } }
    }

    // MARK: - Out

    func transmit(_ datagram: [UInt8]) {
        reachability.sent(at: now)
        socket?.send(datagram.span)
    }

    /// Sends what waits, as far as there is room.
    func pump() {
        while let datagram = window.next(now: now) { transmit(datagram) }
    }

    private func ping() {
        guard now - pinged >= reachability.pingInterval(hasRecordings: recordings > 0) else { return }
        // One that is lost on its way does not make a server with recordings look silent.
        guard !isPinging || reachability.wasRefused || recordings > 0 else { return }
        isPinging = true
        pinged = now
        transmit(window.urgent(NGRequest(command: .ping), now: now))
    }

    /// Asks what the server can do: of a call that it cannot have.
    func probe() {
        guard !hasProbed else { return }
        hasProbed = true
        transmit(window.urgent(NGRequest(command: .pause, callID: probeCallID), now: now))
    }

    private func sendAgain() {
        let overdue = window.overdue(now: now, patience: desk.settings.timeout, tries: desk.settings.tries)
        for datagram in overdue.again { transmit(datagram) }
        for exchange in overdue.givenUp {
            if exchange.request.command == .ping {
                isPinging = false
            } else if exchange.request.callID == probeCallID {
                hasProbed = false
            } else if courses[exchange.request.callID]?.course.stepNumber == exchange.step {
                step(exchange.request.callID, .unanswered)
            }
        }
    }

    // MARK: - In

    private func receive(_ datagram: borrowing Span<UInt8>) {
        guard let (cookie, end) = NGCookie.read(datagram) else { return count(.malformed, "no cookie of ours") }
        switch window.answer(to: cookie) {
        case .unknown: count(.unknownCookie, "an unknown cookie")
        case .late(let abandonedStart):
            count(.late, "an answer that nobody waits for")
            heard()
            if let abandonedStart, NGReply(datagram.extracting((end + 1)...))?.result == .ok {
                step(abandonedStart, .answeredLate, or: RTPEngineCall(callID: abandonedStart))
            }
            pump()
        case .awaited(let exchange):
            guard let reply = NGReply(datagram.extracting((end + 1)...)) else {
                // Not an answer: the command is still under way, and is sent again in its time.
                window.reopen(exchange, cookie.number)
                return count(.malformed, "no bencode")
            }
            // What waits goes out first: the server works while the answer is taken.
            pump()
            heard()
            if exchange.request.concernsFiles { hearNews() }
            if exchange.isOfConversion {
                let learned = conversions?.learn(datagram.extracting((end + 1)...), of: exchange.request.callID)
                if let learned = learned ?? nil { report(.undecoded(codecs: learned.undecoded), of: learned.holder) }
            } else {
                take(reply, of: exchange)
            }
            pump()
        }
    }

    private func count(_ kind: RTPEngineCounters.UnusableDatagram, _ what: String) {
        desk.counters.countUnusable(kind)
        let level: Logger.Level = unusable.insert(kind).inserted ? .warning : .debug
        desk.logger.log(
            level: level, "a media server sent what cannot be used: \(what)", metadata: desk.metadata)
    }

    private func take(_ reply: NGReply, of exchange: NGTransactionWindow.NGTransaction) {
        let request = exchange.request
        if request.command == .ping {
            isPinging = false
            probe()
        } else if request.callID == probeCallID {
            desk.learnPause(reply)
        } else if courses[request.callID]?.course.stepNumber == exchange.step {
            step(request.callID, .answered(reply))
        } else {
            desk.counters.countUnusable(.late)
            guard request.command == .start, reply.result == .ok else { return }
            step(request.callID, .answeredLate, or: RTPEngineCall(callID: request.callID))
        }
    }

    private func heard() {
        guard reachability.heard(at: now) == .back else { return }
        desk.logger.warning("a media server answers again", metadata: desk.metadata)
        desk.forgetTraits()
        hasProbed = false
        reports.tell(MediaReachability(server: server, shard: seat.shard.index, isReachable: true))
        for callID in Array(courses.keys) { step(callID, .serverBack) }
    }

    private func serverIsLost(_ reason: String) {
        desk.logger.error(
            "a media server does not answer", metadata: desk.metadata.merging(["reason": "\(reason)"]) { $1 })
        desk.counters.countLost()
        window.forgetAll()
        isPinging = false
        hasProbed = false
        reports.tell(MediaReachability(server: server, shard: seat.shard.index, isReachable: false))
        for callID in Array(courses.keys) { step(callID, .serverLost) }
    }
}

/// Where a course stands, so that a step looks it up once and changes it in its place.
final class RTPEngineCallBox {
    var course: RTPEngineCall

    init(_ course: RTPEngineCall) {
        self.course = course
    }
}
