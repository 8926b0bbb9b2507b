import CallControl
import CallModel
import EventLoops
import Logging
import Synchronization

/// What the links of all shards have in common: the settings, the spool, and what is known of the server.
final class RTPEngineContext: Sendable {
    let settings: RTPEngine.Settings
    let logger: Logger
    let counters = RTPEngineCounters()
    let spool: SpoolWatcher?
    private let proofTime: Duration
    /// `nil`: recordings stay as they are (option `convert`).
    let converter: Converter?
    private let traits = Locked(ServerCapabilities())
    private let links = Atomic<Int>(0)

    init(_ settings: RTPEngine.Settings, spool: SpoolWatcher?, logger: Logger) {
        self.settings = settings
        self.spool = spool
        proofTime = settings.timeout * 3 / 4
        self.logger = logger
        converter =
            settings.convert && spool != nil
            ? Converter(
                settings: Converter.Settings(waiting: settings.convertQueue), logger: logger,
                retention: CaptureRetention(
                    directory: spool?.files ?? "", seconds: settings.keepCaptures, logger: logger, counters: counters))
            : nil
        if settings.convert, spool == nil {
            logger.warning(
                "a media server's recordings are not converted: its spool directory is not known", metadata: metadata)
        } else if !settings.convert {
            logger.notice(
                "a media server's captures are not converted or deleted: they hold dialled digits in clear",
                metadata: metadata)
        }
    }

    var metadata: Logger.Metadata { ["media-server": "rtpengine \(settings.address)"] }

    var knownTraits: ServerCapabilities { traits.withLock { $0 } }

    /// The commands that one link may have under way: the option `in-flight`, split over the shards.
    var share: Int { max(1, settings.inFlight / max(1, links.load(ordering: .relaxed))) }

    var reachabilityLimits: Reachability.Limits {
        Reachability.Limits(
            patience: settings.timeout * settings.tries, silence: settings.silence, ping: settings.ping)
    }

    /// Of a link, where recordings are converted.
    func newConversionBook() -> ConversionTracker? {
        guard converter != nil, let spool else { return nil }
        return ConversionTracker(directory: spool.files)
    }

    func countLink() {
        links.add(1, ordering: .relaxed)
    }

    func surroundings(now: Duration) -> RTPEngineEnvironment {
        RTPEngineEnvironment(
            traits: knownTraits, spool: spool == nil ? nil : settings.spoolAtServer ?? settings.spool,
            proofTime: proofTime, mediaProof: settings.mediaProof, now: now,
            pollInterval: PollScheduler.interval(mediaProof: settings.mediaProof, seesFiles: spool != nil))
    }

    /// Takes what one course has learned, and leaves what others have learned meanwhile.
    func learn(_ new: ServerCapabilities, over old: ServerCapabilities) {
        let tellsNothing = traits.withLock { traits in
            let knew = traits.keepsState
            if new.pause != old.pause { traits.pause = new.pause }
            traits.keepsState = new.keepsState ?? traits.keepsState
            traits.namesFiles = new.namesFiles ?? traits.namesFiles
            traits.showsMetadata = new.showsMetadata ?? traits.showsMetadata
            return knew == nil && traits.keepsState == false
        }
        if tellsNothing, spool == nil {
            logger.warning(
                """
                a media server tells nothing of its recordings, and its spool directory is not known: a start is \
                believed when packets are counted
                """,
                metadata: metadata)
        }
    }

    /// The answer to `pause recording` for a call that is not there.
    func learnPause(_ reply: NGReply) {
        let pause: ServerCapabilities.Pause? =
            switch reply.result {
            case .refused(.unknownCommand): .missing
            case .refused(.unknownCall), .ok: .served
            case .refused(.other), .pong: nil
            }
        guard let pause else { return }
        let isNew = traits.withLock { traits in
            guard traits.pause == .unknown else { return false }
            traits.pause = pause
            return true
        }
        guard isNew else { return }
        let means = pause == .missing ? "a stop and a new file" : "a pause of the server's own"
        logger.info("a media server answers; a pause is \(means)", metadata: metadata)
    }

    /// The server was away, and may have been replaced.
    func forgetTraits() {
        traits.withLock { $0 = ServerCapabilities() }
    }
}
