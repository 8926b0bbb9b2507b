public import CallControl
public import CallModel
public import EventLoops
public import TLibrary

/// A media server that does what a script says, keeps a log of what it told, and notes as violations what no engine
/// should ask of it. Used by the thread that drives its simulation.
public final class ScriptedMediaServer: MediaServer {
    public let name: String
    public let capabilities: MediaCapabilities
    private let state: Isolated<ScriptedMedia>

    public init(
        in simulation: Simulation, name: String = "scripted", script: MediaScript = .sound,
        capabilities: MediaCapabilities = MediaCapabilities(pause: .silence, startsPaused: true)
    ) {
        self.name = name
        self.capabilities = capabilities
        let state = ScriptedMedia(world: simulation.world, script: script, capabilities: capabilities)
        self.state = Isolated(state, to: simulation.world.driver)
    }

    public func attach(to shard: any EventLoop, server: Int, reports: MediaReports) {
        precondition(shard.isCurrent, "a media server is attached on the shard")
        state.value.attach(server: server, reports: reports)
    }

    public func perform(_ command: MediaCommand, on shard: any EventLoop) {
        precondition(shard.isCurrent, "a command is given on its call's shard")
        state.value.perform(command, shard: shard.index)
    }

    public func shutDown() async {
        state.value.isShutDown = true
    }
}

extension ScriptedMediaServer {
    /// Everything that was asked, and that was told to the engine.
    public var log: MediaLog { state.value.log }

    /// What was asked and makes no sense, one sentence each; a test expects none.
    public var violations: [String] { state.value.violations }

    public var isShutDown: Bool { state.value.isShutDown }

    /// The recordings that this server has open, in the order in which they were opened.
    public var live: [(connection: ConnectionID, recording: RecordingID)] { state.value.live }

    /// From the next command on.
    public func follow(_ script: MediaScript) { state.value.script = script }

    /// Gives every answer that was held.
    public func answerHeld() { state.value.answerHeld() }

    /// The recording ends though nobody asked. Nothing happens where it is not open, or not known to the engine yet.
    public func end(_ recording: RecordingID, of connection: ConnectionID) {
        state.value.end(connection, recording)
    }

    public func reportAudio(isPresent: Bool, of recording: RecordingID, in connection: ConnectionID) {
        state.value.tell(connection, recording, .audio(missing: isPresent ? [] : .both))
    }

    /// Reports codecs that it does not decode.
    public func reportUndecoded(_ codecs: [String], of recording: RecordingID, in connection: ConnectionID) {
        state.value.tell(connection, recording, .undecoded(codecs: codecs))
    }

    /// Capture goes on, or has ended, by what the server has counted: from this moment on.
    public func reportEvidence(isCapturing: Bool, of recording: RecordingID, in connection: ConnectionID) {
        state.value.tellEvidence(connection, recording, isCapturing: isCapturing)
    }

    /// The server is gone with all its recordings, and answers every command with that, until ``restore()``.
    public func lose() { state.value.lose() }

    public func restore() { state.value.isLost = false }
}
