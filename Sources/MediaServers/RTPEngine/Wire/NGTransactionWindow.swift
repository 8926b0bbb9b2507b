import DequeModule

/// The commands under way at one server from one link, by the numbers of their cookies, and those that wait until there
/// is room (option `in-flight`).
struct NGTransactionWindow: Sendable {
    /// A command under way: what was sent, what for, and when.
    struct NGTransaction: Sendable, Equatable {
        var request: NGRequest
        /// Which step of the call-id's course waits for the answer.
        var step: UInt32
        var datagram: [UInt8] = []
        /// The beginning of the present try.
        var sent = Duration.zero
        var sends = 0
        /// How often it was taken for lost within the present try.
        var losses = 0

        /// Not a step of a course, whose first is 1.
        var isOfConversion: Bool { request.command == .query && step == 0 }
    }

    /// What an answer turned out to be.
    enum Answer: Sendable, Equatable {
        case awaited(NGTransaction)
        /// It was answered before, or nobody waits for it any more. Of a start that was given up: its call-id.
        case late(abandonedStart: String?)
        /// No such command was ever sent.
        case unknown
    }

    /// Of the commands that wait: far more than there are, for the engine has one under way for each recording and each
    /// clean-up.
    static let longestQueue = 100_000
    /// A server answers in turn, about: what is unanswered after this time, while a later command has been answered, was
    /// dropped on its way there or back.
    static let lossTime = Duration.milliseconds(200)

    let run: UInt64
    var limit: Int
    private var lastNumber: UInt64 = 0
    /// The latest command that has been answered.
    private var lastAnswered: UInt64 = 0
    private var underWay: [UInt64: NGTransaction] = [:]
    /// Starts that were given up, which the server may carry out yet: their call-ids.
    private var abandoned: [UInt64: String] = [:]
    private static let mostAbandoned = 4_096
    private var queue: Deque<NGTransaction> = []

    init(run: UInt64, limit: Int) {
        self.run = run
        self.limit = limit
    }

    var isEmpty: Bool { underWay.isEmpty && queue.isEmpty }
    var count: Int { underWay.count }
    var waiting: Int { queue.count }

    /// Takes a command. `false`: so many wait already that it is not taken.
    mutating func add(_ request: NGRequest, for step: UInt32) -> Bool {
        guard queue.count < Self.longestQueue else { return false }
        queue.append(NGTransaction(request: request, step: step))
        return true
    }

    /// The next command to send, with its datagram, where there is room for one more.
    mutating func next(now: Duration) -> [UInt8]? {
        guard underWay.count < limit, let exchange = queue.popFirst() else { return nil }
        return send(exchange, now: now)
    }

    /// One that does not wait for room: a ping.
    mutating func urgent(_ request: NGRequest, now: Duration) -> [UInt8] {
        send(NGTransaction(request: request, step: 0), now: now)
    }

    private mutating func send(_ exchange: consuming NGTransaction, now: Duration) -> [UInt8] {
        lastNumber += 1
        let datagram = exchange.request.datagram(cookie: NGCookie(run: run, number: lastNumber))
        exchange.datagram = datagram
        exchange.sent = now
        exchange.sends = 1
        underWay[lastNumber] = exchange
        return datagram
    }

    mutating func answer(to cookie: NGCookie) -> Answer {
        guard cookie.run == run, cookie.number > 0, cookie.number <= lastNumber else { return .unknown }
        lastAnswered = max(lastAnswered, cookie.number)
        guard let exchange = underWay.removeValue(forKey: cookie.number) else {
            return .late(abandonedStart: abandoned.removeValue(forKey: cookie.number))
        }
        return .awaited(exchange)
    }

    private mutating func abandon(_ exchange: NGTransaction, _ number: UInt64) {
        guard exchange.request.command == .start else { return }
        if abandoned.count == Self.mostAbandoned, let oldest = abandoned.keys.min() { abandoned[oldest] = nil }
        abandoned[number] = exchange.request.callID
    }

    /// What came for that number was no answer.
    mutating func reopen(_ exchange: NGTransaction, _ number: UInt64) {
        underWay[number] = exchange
    }

    /// The datagram of the command under way for a call-id, for its repeat; `nil` where there is none, or it was sent
    /// less than `patience` ago.
    mutating func again(_ callID: String, now: Duration, patience: Duration) -> [UInt8]? {
        for (number, exchange) in underWay
        where exchange.request.callID == callID && !exchange.isOfConversion {
            guard now - exchange.sent >= patience else { continue }
            underWay[number]?.sent = now
            underWay[number]?.sends += 1
            return exchange.datagram
        }
        return nil
    }

    /// The datagrams to send once more, of those whose try began `patience` ago or earlier and of those that are lost, and
    /// the commands that were given `tries` tries and are given up.
    mutating func overdue(
        now: Duration, patience: Duration, tries: Int
    ) -> (again: [[UInt8]], givenUp: [NGTransaction]) {
        var again: [[UInt8]] = []
        var givenUp: [NGTransaction] = []
        for (number, exchange) in underWay {
            let age = now - exchange.sent
            if age >= patience, exchange.sends >= tries {
                givenUp.append(exchange)
                abandon(exchange, number)
                underWay[number] = nil
            } else if age >= patience {
                underWay[number]?.sent = now
                underWay[number]?.sends += 1
                underWay[number]?.losses = 0
                again.append(exchange.datagram)
            } else if number < lastAnswered, exchange.isLost(after: age) {
                underWay[number]?.losses += 1
                again.append(exchange.datagram)
            }
        }
        return (again, givenUp)
    }

    /// Forgets everything: the server is lost. Answers that come yet are late.
    mutating func forgetAll() {
        for (number, exchange) in underWay { abandon(exchange, number) }
        underWay = [:]
        queue = []
    }
}

extension NGTransactionWindow.NGTransaction {
    private static let mostLosses = 3

    /// Whether so old an exchange is to be taken for lost, once later ones are answered: each time after twice as long.
    fileprivate func isLost(after age: Duration) -> Bool {
        losses < Self.mostLosses && age >= NGTransactionWindow.lossTime * (1 << losses)
    }
}
