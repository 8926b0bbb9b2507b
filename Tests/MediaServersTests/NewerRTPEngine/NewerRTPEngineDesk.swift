import CallModel
import EventLoops

/// The inside of a ``NewerRTPEngine``: bytes in, bytes out.
struct NewerRTPEngineDesk: Sendable {
    struct Reply: Sendable {
        var receiver: SocketAddress
        /// Empty: nothing is said.
        var bytes: [UInt8] = []
        var delay = Duration.zero
        /// A datagram that is looked at only then.
        var late: (bytes: [UInt8], sender: SocketAddress)?
    }

    /// Of what a stopped process' kernel keeps.
    private static let longestQueue = 1_000

    let release: NewerRTPEngine.Release
    var script: @Sendable (ScriptedCommand) -> Misbehaviour? = { _ in nil }
    var calls: [String: CarriedCall] = [:]
    private(set) var violations: [String] = []
    private(set) var commands: [NGCommand] = []
    /// What each cookie came with, and was answered where it was carried out.
    private var cookies: [String: (datagram: [UInt8], reply: [UInt8]?)] = [:]
    /// `nil`: it runs.
    var frozen: [(bytes: [UInt8], sender: SocketAddress)]?
    private var filesSoFar = 0

    init(release: NewerRTPEngine.Release) {
        self.release = release
    }

    mutating func receive(_ bytes: [UInt8], from sender: SocketAddress, now: Duration) -> [Reply] {
        if frozen != nil {
            if frozen?.count ?? 0 < Self.longestQueue { frozen?.append((bytes, sender)) }
            return []
        }
        guard let command = read(bytes) else { return [] }
        let misbehaviour = script(note(command))
        guard case .hang(let delay) = misbehaviour else {
            return answer(command, misbehaviour, to: sender, now: now)
        }
        return [Reply(receiver: sender, delay: delay, late: (bytes, sender))]
    }

    /// What was put off comes now, and is looked at like any other.
    mutating func take(_ bytes: [UInt8], from sender: SocketAddress, now: Duration) -> [Reply] {
        guard let command = read(bytes) else { return [] }
        return answer(command, nil, to: sender, now: now)
    }

    mutating func thaw(now: Duration) -> [Reply] {
        let queue = frozen ?? []
        frozen = nil
        return queue.flatMap { receive($0.bytes, from: $0.sender, now: now) }
    }

    mutating func forgetAll() {
        calls = [:]
        cookies = [:]
    }

    private mutating func note(_ command: NGCommand) -> ScriptedCommand {
        let isRepeat = cookies[command.cookie] != nil
        if !isRepeat {
            cookies[command.cookie] = (command.bytes, nil)
            commands.append(command)
        }
        let count = commands.count { $0.name == command.name && $0.callID == command.callID }
        return ScriptedCommand(name: command.name, callID: command.callID, before: count - 1, isRepeat: isRepeat)
    }

    /// `nil`: it is unsound, which is noted.
    private mutating func read(_ bytes: [UInt8]) -> NGCommand? {
        do {
            let command = try NGCommand(bytes)
            if let known = cookies[command.cookie], known.datagram != bytes {
                violations.append("the cookie \(command.cookie) came with other bytes before")
                return nil
            }
            return command
        } catch let fault as Bencode.Fault {
            violations.append(fault.reason)
        } catch {
            violations.append("\(error)")
        }
        return nil
    }

    private mutating func answer(
        _ command: NGCommand, _ misbehaviour: Misbehaviour?, to sender: SocketAddress, now: Duration
    ) -> [Reply] {
        if case .silence = misbehaviour { return [] }
        let reply =
            cookies[command.cookie]?.reply ?? Array("\(command.cookie) ".utf8)
            + outcome(of: command, misbehaviour, now: now).bytes
        cookies[command.cookie] = (command.bytes, reply)
        let sound = Reply(receiver: sender, bytes: reply)
        return switch misbehaviour {
        case nil, .hang, .refuse, .lie: [sound]
        case .silence, .loseAnswer: []
        case .answerAfter(let delay): [Reply(receiver: sender, bytes: reply, delay: delay)]
        case .answerTwice: [sound, sound]
        case .strangeCookie:
            [Reply(receiver: sender, bytes: Array("0123456789abcdef_1 d6:result2:oke".utf8)), sound]
        case .cutShort: [Reply(receiver: sender, bytes: reply.dropLast(3))]
        case .notBencode: [Reply(receiver: sender, bytes: Array("\(command.cookie) <html>".utf8))]
        }
    }

    private mutating func outcome(of command: NGCommand, _ misbehaviour: Misbehaviour?, now: Duration) -> Bencode {
        switch misbehaviour {
        case .refuse(let reason): return Self.error(reason)
        case .lie: return .dictionary(["result": .text("ok")])
        case nil, .silence, .loseAnswer, .answerAfter, .hang, .answerTwice, .strangeCookie, .cutShort, .notBencode:
            return execute(command, now: now)
        }
    }

    private static func error(_ reason: String) -> Bencode {
        .dictionary(["result": .text("error"), "error-reason": .text(reason)])
    }
}

// MARK: What it should do

extension NewerRTPEngineDesk {
    private mutating func execute(_ command: NGCommand, now: Duration) -> Bencode {
        switch command.name {
        case "ping": return .dictionary(["result": .text("pong")])
        case "list":
            let ids = calls.keys.sorted().map(Bencode.text)
            return .dictionary(["calls": .list(ids), "result": .text("ok")])
        case "offer", "answer": return Self.error("This server carries the calls that a test gives it")
        case "delete" where calls[command.callID] == nil:
            let warning = Bencode.text("Call-ID not found or tags didn't match")
            return .dictionary(["warning": warning, "result": .text("ok")])
        default: break
        }
        guard var call = calls[command.callID] else { return Self.error("Unknown call-id") }
        var told: [Bencode.Entry] = []
        switch command.name {
        case "query", "delete": told = call.description(at: now, showsMetadata: release == .mr26)
        case "start recording": start(&call, command)
        case "pause recording": pause(&call)
        default: stop(&call)
        }
        calls[command.callID] = command.name == "delete" ? nil : call
        return .dictionary(told + [Bencode.Entry(key: "result", value: .text("ok"))])
    }

    /// What is recorded already goes on, and what is paused is resumed.
    private mutating func start(_ call: inout CarriedCall, _ command: NGCommand) {
        if let metadata = command.request["metadata"]?.text { call.metadata = metadata }
        if call.recording == nil, release == .mr26 || call.files.isEmpty {
            call.files.append(fileName(command))
        }
        call.recording = .on
        call.isCaptured = true
    }

    private mutating func fileName(_ command: NGCommand) -> String {
        filesSoFar += 1
        let number = String(filesSoFar, radix: 16)
        let random = String(repeating: "0", count: 16 - number.count) + number
        guard release == .mr26, let path = command.request["recording-file"]?.text,
            let name = path.split(separator: "/").last
        else { return "\(command.callID)-\(random)" }
        return name.hasSuffix(".pcap") ? String(name.dropLast(5)) : String(name)
    }

    /// Without a recording it says yes, and nothing comes of it.
    private func pause(_ call: inout CarriedCall) {
        guard call.recording != nil else { return }
        call.recording = .paused
        if release == .mr26 { call.isCaptured = false }
    }

    private func stop(_ call: inout CarriedCall) {
        call.recording = nil
        call.isCaptured = false
    }
}
