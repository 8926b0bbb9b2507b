import CallControl
import CallModel
import EventLoops
import LibuvEventLoops
import Logging
import MediaServers

#if canImport(Glibc)
    import Glibc
#endif

/// The driver for rtpengine, fed as the engine feeds it, on one event loop: `ng-load`'s counterpart.
@main
struct NG {
    static func main() async throws {
        guard let options = Options(CommandLine.arguments.dropFirst()) else {
            complain(Options.usage)
            exit(1)
        }
        var logger = Logger(label: "bench") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        let result = try await LibuvEventLoop.withLoops(count: 1, name: "bench", logger: logger) { [logger] loops in
            try await run(options, on: loops[0], logger)
        }
        switch result {
        case .success(let course): report(course, options)
        case .failure(let failure):
            complain(failure.reason)
            exit(1)
        }
    }

    private static func run(
        _ options: Options, on loop: LibuvEventLoop, _ logger: Logger
    ) async throws -> Result<Course, Feeder.Failure> {
        var settings = RTPEngine.Settings(address: SocketAddress(host: "127.0.0.1", port: options.port))
        settings.spool = options.spool
        settings.inFlight = options.window
        settings.timeout = options.patience
        settings.tries = 20
        settings.mediaProof = .zero
        let driver = try RTPEngine(settings, logger: logger)
        let result = await withCheckedContinuation { continuation in
            feed(driver, options, on: loop) { continuation.resume(returning: $0) }
        }
        await driver.shutDown()
        return result
    }

    private static func feed(
        _ driver: RTPEngine, _ options: Options, on loop: LibuvEventLoop,
        _ finished: @escaping @Sendable (Result<Course, Feeder.Failure>) -> Void
    ) {
        let mailbox = Inbox(loop)
        let feeder = Feeder(seat: ShardSeat(loop), driver: driver, options: options, finished: finished)
        loop.onWake {
            for parcel in mailbox.takeAll() {
                switch parcel {
                case .report(let report): feeder.enter(report) { feeder, report in feeder.take(report) }
                case .work(let work): work()
                }
            }
        }
        mailbox.post(
            .work {
                driver.attach(to: loop, server: 0, reports: mailbox.reports)
                feeder.enter(()) { feeder, _ in feeder.begin() }
            })
    }

    private static func report(_ course: Course, _ options: Options) {
        guard let from = course.from, let to = course.to else { return }
        let verbs = Double(to.done - from.done)
        let quantiles = (0...1).map { verb in
            "\"p50-\(verb + 1)\":\(course.quantile(0.5, of: verb)),\"p99-\(verb + 1)\":\(course.quantile(0.99, of: verb))"
        }
        print(
            "{\"client\":\"\(options.label)\",\"window\":\(options.window),\"verbs\":\(course.done)",
            "\"rate\":\(verbs / (Double(to.time - from.time) / 1e9))",
            "\"cpu\":\(Double(to.cpu - from.cpu) / 1e3 / verbs)", quantiles.joined(separator: ",") + "}",
            separator: ",")
    }

    private static func complain(_ sentence: String) {
        var line = sentence + "\n"
        _ = line.withUTF8 { bytes in unsafe write(2, bytes.baseAddress, bytes.count) }
    }
}
