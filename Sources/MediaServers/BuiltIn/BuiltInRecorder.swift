public import CallControl
public import CallModel
public import EventLoops
public import Logging

/// The recorder that comes with the product: takes RTP and writes two-channel WAV files.
///
/// Its sockets live on the shards of the calls, its files on four threads of its own.
public final class BuiltInRecorder: MediaServer {
    public let name = "built-in"
    public let capabilities = MediaCapabilities(pause: .silence, startsPaused: true, evidence: .bytes)

    private let settings: ShardRecorder.Settings
    let pool = WriterThreadPool()
    private let desks = Locked<[Int: ShardRecorder]>([:])

    /// Makes the directory where it is not there, and shows that a file can be made in it.
    ///
    /// `NAME.wav` files go to `directory`, relative to the working directory unless it begins with `/`. RTP is taken at
    /// the numeric `address`, on free ports, two for each recording. `mediaProof` is how long audio may stay away before
    /// that is reported; zero: it is not. Ports are not used again for `portRest`. Where the switch does not tell where a
    /// side's audio comes from, the first source is kept until it has been silent for `sourceSilence`.
    public init(
        directory: String, address: String = "127.0.0.1", mediaProof: Duration, portRest: Duration = .seconds(60),
        sourceSilence: Duration = .seconds(30), logger: Logger
    ) throws(MediaServerError) {
        try Self.prove(directory)
        let counters = RecorderCounters()
        settings = ShardRecorder.Settings(
            directory: directory, mediaProof: mediaProof, sourceSilence: sourceSilence,
            ports: PortKeeper(address: address, rest: portRest, counters: counters, logger: logger),
            counters: counters, logger: logger)
    }

    /// The probe is a file like any other, so that a full disk is found out too.
    private static func prove(_ directory: String) throws(MediaServerError) {
        let probe = "\(directory)/.callcontrol-probe-\(WaveFile.processID)"
        do {
            try WaveFile.makeDirectory(directory)
            try WaveFile.remove(probe)
            _ = try WaveFile.create(probe)
            try WaveFile.remove(probe)
        } catch {
            throw MediaServerError(
                code: .directory, description: "recordings cannot be written to the directory \(directory): \(error)")
        }
    }

    public func attach(to shard: any EventLoop, server: Int, reports: MediaReports) {
        let desk = ShardRecorder(shard: shard, server: server, reports: reports, pool: pool, settings: settings)
        desks.withLock { $0[shard.index] = desk }
    }

    public func perform(_ command: MediaCommand, on shard: any EventLoop) {
        guard let desk = desks.withLock({ $0[shard.index] }) else {
            preconditionFailure("a media server is attached to a shard before it is given commands there")
        }
        desk.enter(command) { desk, command in desk.perform(command) }
    }

    public func follow(_ path: MediaRoute, on shard: any EventLoop) {
        guard let desk = desks.withLock({ $0[shard.index] }) else { return }
        desk.enter(path) { desk, path in desk.follow(path) }
    }

    /// Closes every file, with what was handed to it by then; waits for a hung disk no longer than two seconds for each
    /// of its threads.
    @concurrent public func shutDown() async {
        await pool.shutDown()
    }
}
