import CallControl
import DequeModule
import Dispatch
import EventLoops
import Logging

/// Makes WAV files of finished recordings, on threads of its own, and hands their pcap files to a ``CaptureRetention``.
final class Converter: Sendable {
    struct Settings: Sendable {
        /// Conversions at one time.
        var threads = 1
        /// Orders that wait for a thread; those beyond are not carried out, and their recordings stay as they are.
        var waiting = 1_000
        /// How long orders are still carried out at shutdown.
        var patience = Duration.seconds(10)
    }

    private struct Orders {
        var waiting: Deque<ConversionJob> = []
        var threads = 0
        /// Left out since the queue was full.
        var leftOut = 0
        var isClosed = false
        var isStopped = false
        var idle: OneShot?

        enum Reception {
            case queued
            case needsThread
            case leftOut(isFirst: Bool)
            case closed
        }

        mutating func take(_ order: ConversionJob, _ settings: Settings) -> Reception {
            guard !isClosed else { return .closed }
            guard waiting.count < settings.waiting else {
                leftOut += 1
                return .leftOut(isFirst: leftOut == 1)
            }
            waiting.append(order)
            guard threads < settings.threads else { return .queued }
            threads += 1
            return .needsThread
        }
    }

    /// Carries out one order on a thread of the converter, and asks from time to time whether to stop.
    typealias Work = @Sendable (ConversionJob, () -> Bool) throws(Conversion.Fault) -> Conversion.Output

    private let settings: Settings
    private let logger: Logger
    private let retention: CaptureRetention?
    private let perform: Work
    private let queue = DispatchQueue(label: "callcontrol.conversions", qos: .utility, attributes: .concurrent)
    private let orders = Locked(Orders())

    init(
        settings: Settings = Settings(), logger: Logger, retention: CaptureRetention? = nil,
        perform: @escaping Work = Conversion.perform
    ) {
        precondition(settings.threads > 0 && settings.waiting > 0, "a converter has a thread and room for an order")
        self.settings = settings
        self.logger = logger
        self.retention = retention
        self.perform = perform
        guard let retention else { return }
        queue.async {
            retention.findKept()
            self.tick(retention)
        }
    }

    private static let retentionTime = DispatchTimeInterval.seconds(1)

    /// Deletes what is due, again and again until shutdown.
    private func tick(_ retention: CaptureRetention) {
        guard !orders.withLock({ $0.isClosed }) else { return }
        retention.deleteExpired()
        queue.asyncAfter(deadline: .now() + Self.retentionTime) { [weak self] in self?.tick(retention) }
    }

    /// Makes a WAV file of a recording whose last pcap file is closed. What came of it stands in the log. May be called
    /// on any thread, and never blocks.
    func convert(_ order: ConversionJob) {
        switch orders.withLock({ $0.take(order, settings) }) {
        case .queued:
            break
        case .needsThread:
            queue.async { self.work() }
        case .leftOut(let isFirst):
            guard isFirst else { return }
            logger.error("recordings stay unconverted: too many wait already")
        case .closed:
            logger.error(
                "a recording stays unconverted: \(Conversion.Fault.stopped)",
                metadata: ["connection": "\(order.connection)"])
        }
    }

    /// Carries out what waits, for as long as its patience lasts, then stops; what is not done by then leaves no file.
    @concurrent func shutDown() async {
        orders.withLock { $0.isClosed = true }
        await idle(within: settings.patience)
        let left = orders.withLock { orders in
            orders.isStopped = true
            defer { orders.waiting.removeAll() }
            return orders.waiting.count
        }
        if left > 0 {
            logger.error("recordings stay unconverted: the program ends", metadata: ["recordings": "\(left)"])
        }
        await idle(within: .seconds(2))
    }

    /// Waits until all threads are done.
    private func idle(within patience: Duration) async {
        await withCheckedContinuation { continuation in
            let ending = OneShot(continuation)
            let isIdle = orders.withLock { orders in
                orders.idle = ending
                return orders.threads == 0
            }
            if isIdle {
                ending.come()
            } else {
                let limit = Int(patience / .milliseconds(1))
                DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(limit)) { ending.come() }
            }
        }
    }
}

// MARK: On its threads

extension Converter {
    private func work() {
        while let (order, leftOut) = next() {
            if leftOut > 0 {
                logger.error(
                    "recordings are converted again; some stay as they are", metadata: ["recordings": "\(leftOut)"])
            }
            execute(order)
        }
    }

    /// The next order, and how many were left out before there was room again. Gives the thread up where there is none.
    private func next() -> (order: ConversionJob, leftOut: Int)? {
        let (next, idle) = orders.withLock { orders -> ((order: ConversionJob, leftOut: Int)?, OneShot?) in
            guard let order = orders.waiting.popFirst() else {
                orders.threads -= 1
                return (nil, orders.threads == 0 ? orders.idle : nil)
            }
            defer { orders.leftOut = 0 }
            return ((order, orders.leftOut), nil)
        }
        idle?.come()
        return next
    }

    private func execute(_ order: ConversionJob) {
        var metadata: Logger.Metadata = ["connection": "\(order.connection)"]
        do {
            let product = try perform(order) { self.orders.withLock { $0.isStopped } }
            metadata["anchor-packets"] = "\(product.counts.anchor)"
            metadata["other-packets"] = "\(product.counts.other)"
            for complaint in product.complaints {
                logger.warning("a recording is converted, but \(complaint)", metadata: metadata)
            }
            logger.debug("a recording is converted", metadata: metadata)
            retention?.take(order.segments.map(\.path), isComplete: product.isComplete, metadata)
        } catch {
            logger.error("a recording stays unconverted: \(error)", metadata: metadata)
        }
    }
}

extension Conversion.Output {
    /// What keeps audio out of the file, in words for the log.
    fileprivate var complaints: [String] {
        var complaints = captureFaults.map { "a pcap file of it could not be read to its end: \($0)" }
        if counts.outsideTime > 0 {
            complaints.append("\(counts.outsideTime) packets were captured outside its time; do the clocks agree?")
        }
        let sides = [("the anchor", counts.anchor), ("the other side", counts.other)]
        for ((side, heard), silent) in zip(sides, silent) where !silent.isEmpty {
            let codecs = silent.sorted().joined(separator: ", ")
            complaints.append("\(side) is silent\(heard == 0 ? "" : " in part"): its codec is not read (\(codecs))")
        }
        for step in clockSteps where step.magnitude >= .milliseconds(500) {
            complaints.append("the clock of its captures was set by \(step) meanwhile")
        }
        if counts.anchor + counts.other == 0, counts.unrelated > 0 {
            complaints.append("no packet of it is known to be of its parties")
        }
        return complaints
    }
}
