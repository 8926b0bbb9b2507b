import CallControl
import CallModel
import TLibrary

extension ConfigurationOptions {
    @ConfigurationRows static var recording: [ConfigurationRow] {
        Option(
            "recording.recording-filename", .fileName(1...FileNamePattern.maximumLength), \.engine.recording.fileName,
            """
            Name of a recording's file, without directory and extension. Variables: `$UUID$`, `$ANI$`, `$DNIS$`, `$DATE$`, \
            `$TIME$` (UTC), `$CONNID$`, `$AGENTID$`, `$AGENTDN$`; others stay as they are.
            """)
        Option(
            "recording.indication-values", .choice, \.engine.recording.indicationValues,
            "Spelling of `GSIP_RECORD`. `documented`: On, Off, Paused. `upper`: ON, OFF, PAUSED.")
        Option(
            "recording.outcome-events", .flag, \.engine.recording.outcomeEvents,
            """
            Whether EventPrivateInfo reports the outcome of a request. `false` for clients that do not accept a second \
            event with their ReferenceID.
            """)
        Option(
            "recording.private-messages.start", .number(1...Int32.max), \.engine.recording.privateMessages.start,
            bounds: unique, "PrivateMsgID of the service that starts a recording.")
        Option(
            "recording.private-messages.stop", .number(1...Int32.max), \.engine.recording.privateMessages.stop,
            bounds: unique, "PrivateMsgID of the service that stops one.")
        Option(
            "recording.private-messages.pause", .number(1...Int32.max), \.engine.recording.privateMessages.pause,
            bounds: unique, "PrivateMsgID of the service that pauses one.")
        Option(
            "recording.private-messages.resume", .number(1...Int32.max), \.engine.recording.privateMessages.resume,
            bounds: unique, "PrivateMsgID of the service that resumes one.")
        Option(
            "recording.record-consult-calls", .flag, \.engine.recording.recordsConsultationCalls,
            "Whether options record consultation calls, too. A request records any call.")
        Option(
            "recording.record-after-merge", .flag, \.engine.recording.recordsAfterMerge,
            "Whether recordings of a consultation call continue in the call that it is merged into. `false`: they end.")
        Option(
            "recording.pause-limit", .seconds(0...86_400), \.engine.recording.pauseLimit,
            "Longest pause of a recording; `max-pause` of a PAUSE may shorten it. 0: no limit.")
        Option(
            "recording.pause-limit-action", .choice, \.engine.recording.pauseLimitAction,
            "What happens at the limit: an event with a warning, or the recording is resumed, or stopped.")
        Option(
            "recording.pause-covers-joiners", .flag, \.engine.recording.pauseCoversJoiners,
            """
            Whether the recording of a DN with `record: true` that joins a call paused by request begins paused. `false`: \
            it captures from the start.
            """)
    }

    private static let unique = "; no two the same"

    @ConfigurationRows static var media: [ConfigurationRow] {
        servers
        Option(
            "media.timeout-ms", .milliseconds(1...600_000), \.engine.recording.timeout,
            "Time that one try of a command waits for its answer.")
        Option(
            "media.tries", .number(1...100), \.engine.recording.tries,
            "Times that a command is sent before it counts as not answered.")
        Option(
            "media.media-proof", .seconds(0...3_600), \.engine.recording.mediaProof,
            "Time without audio from a side after which its recording gets the warning `no-media`. 0: no warning.")
        Option(
            "media.media-recovery", .seconds(0...86_400), \.engine.recording.mediaRecovery,
            "Longest search for another media server after one is lost.")
        Option(
            "media.convert", .flag, \.convertsRecordings,
            """
            Whether recordings of an rtpengine are converted to two-channel WAV files, as the built-in server writes them, \
            once they have ended (MediaServers, article rtpengine).
            """)
        Option(
            "media.keep-captures", .seconds(-1...31_536_000), \.keptCaptureSeconds,
            """
            Time for which the pcap files of an rtpengine's recording are retained once its WAV file is complete. They \
            contain dialled digits in clear. -1: for ever.
            """)
        Option(
            "media.convert-queue", .number(1...1_000_000, of: "recordings"), \.conversionQueue,
            "Recordings of one server that wait for conversion. Further ones are not converted; the log reports it.")
        Option(
            "media.pause-failure", .choice, \.engine.recording.pauseFailure,
            "What happens to a recording whose pause is not confirmed: it is stopped, or the pause is repeated.")
    }

    private static var servers: List {
        List(
            "media.servers", of: MediaServerSettings.options, MediaServerSettings(),
            default: MediaServerSettings.standard(ServerConfiguration().mediaServers), limit: MediaServerList.limit,
            kind: { $0.kind.rawValue }, begin: { $0.mediaServers = [] },
            append: { $1.mediaServers.append($0.server) },
            "The media servers. An empty list: recording is not available, and its requests get 51.")
    }
}

/// An entry of `media.servers`, with the options of every kind.
struct MediaServerSettings: Sendable {
    enum Kind: String, CaseIterable {
        case builtIn = "built-in"
        case simulated
        case rtpengine
    }

    var kind = Kind.builtIn
    var builtIn = ServerConfiguration.BuiltInOptions()
    var delay = Duration.zero
    var failEvery = 0
    var rtpengine = ServerConfiguration.RTPEngineOptions()
    /// `nil`: its place in the list.
    var order: Int?
    var weight = 1
    /// 0: no limit.
    var maxRecordings = 0

    var server: ServerConfiguration.MediaServer {
        let kind: ServerConfiguration.MediaServer.Kind =
            switch kind {
            case .builtIn: .builtIn(builtIn)
            case .simulated: .simulated(delay: delay, failEvery: failEvery)
            case .rtpengine: .rtpengine(rtpengine)
            }
        return .init(kind: kind, order: order, weight: weight, maxRecordings: maxRecordings)
    }

    /// The list that is there by default, in words.
    static func standard(_ servers: [ServerConfiguration.MediaServer]) -> String {
        servers.map { server in
            switch server.kind {
            case .builtIn(let options): "one `\(Kind.builtIn.rawValue)`, directory `\(options.directory)`"
            case .simulated: "one `\(Kind.simulated.rawValue)`"
            case .rtpengine(let options): "one `\(Kind.rtpengine.rawValue)`, address `\(options.address)`"
            }
        }.joined(separator: "; ")
    }

    // MARK: - Options

    private typealias Option = ConfigurationOption<MediaServerSettings>

    static var options: [ConfigurationOption<MediaServerSettings>] {
        [Option("kind", .choice, \.kind, isMandatory: true, "Kind of the media server.")]
            + builtInOptions + simulatedOptions + rtpengineOptions + commonOptions
    }

    private static var builtInOptions: [Option] {
        let kind = Kind.builtIn.rawValue
        return [
            Option(
                "directory", .path(1...4_000), \.builtIn.directory, kind: kind, requires: .madeDirectory,
                """
                Directory of the recordings, which is created. The server receives RTP and writes `NAME.wav`: 16-bit PCM, \
                8,000 Hz, channel 1 the anchor, channel 2 the other side. A relative path begins where the program was \
                started.
                """),
            Option(
                "port-rest", .seconds(0...3_600), \.builtIn.portRest, kind: kind,
                """
                Time for which a port is not used again after its recording, so that late packets are in no other one. 0: \
                none.
                """),
            Option(
                "source-silence", .seconds(1...3_600), \.builtIn.sourceSilence, kind: kind,
                """
                Silence of a side's source after which another source is accepted, where the switch does not name the \
                sender.
                """),
        ]
    }

    private static var simulatedOptions: [Option] {
        let kind = Kind.simulated.rawValue
        return [
            Option(
                "delay-ms", .milliseconds(0...600_000), \.delay, kind: kind,
                "Delay of its answers. The server confirms and records nothing, for load runs and tests."),
            Option(
                "fail-every", .number(0...1_000_000_000, of: "commands"), \.failEvery, kind: kind,
                "Commands until one is refused. 0: none is."),
        ]
    }

    private static var rtpengineOptions: [Option] {
        let kind = Kind.rtpengine.rawValue
        return [
            Option(
                "address", .remoteAddress, \.rtpengine.address, kind: kind, isMandatory: true,
                """
                Address of its NG port (UDP). The switch must name the media sessions of the parties: use `switch.kind: \
                feed`, or embed the engine.
                """),
            Option(
                "spool", .path(1...4_000), \.rtpengine.spool, kind: kind, default: "none", requires: .directory,
                """
                Its recording directory, as this machine sees it. Recordings are then verified by their files, the \
                strongest evidence.
                """),
            Option(
                "spool-at-server", .path(1...4_000), \.rtpengine.spoolAtServer, kind: kind, default: "that of `spool`",
                "The same directory, as the server sees it."),
            Option(
                "in-flight", .number(1...65_536, of: "commands"), \.rtpengine.inFlight, kind: kind,
                "Concurrent commands; further ones wait."),
            Option(
                "ping", .seconds(1...3_600), \.rtpengine.ping, kind: kind,
                """
                Interval of probes while it has no recordings. With recordings it is 0.5 s, or a fifth of `silence-ms` \
                where that is less.
                """),
            Option(
                "silence-ms", .milliseconds(500...60_000), \.rtpengine.silence, kind: kind,
                """
                Silence after which a server with recordings is lost. Commands keep their own limit, `tries` × \
                `timeout-ms`.
                """),
        ]
    }

    private static var commonOptions: [Option] {
        [
            Option(
                "order", ConfigurationType<Int>.number(0...1_000).optional, \.order,
                default: "its place in the list, from 0",
                """
                The lowest is tried first. A recording goes to the next server where one refuses it, does not answer, or \
                is full.
                """),
            Option(
                "weight", .number(1...1_000), \.weight,
                "Share of the recordings among servers of the same `order`."),
            Option(
                "max-recordings", .number(0...1_000_000_000, of: "recordings"), \.maxRecordings,
                "Concurrent recordings, those that are being started included. 0: no limit."),
        ]
    }
}
