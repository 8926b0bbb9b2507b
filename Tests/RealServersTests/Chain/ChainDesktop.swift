import CallControl
import CallModel
import Logging
import Synchronization
import TLibrary
import TLibraryClient

/// A T-Client of the chain's engine that keeps all events of its session, in their order.
final class ChainDesktop: Sendable {
    let client: TLibraryClient
    private let heard = Mutex<[Event]>([])

    /// Runs `body` with a T-Client on `dns`.
    static func run(
        _ chain: Chain, on dns: [DirectoryNumber], _ body: (ChainDesktop) async throws -> Void
    ) async throws {
        let quiet = Logger(label: "chain") { _ in SwiftLogNoOpLogHandler() }
        let client = try await TLibraryClient.connect(
            to: chain.places[.tLibrary], on: chain.shard, applicationName: "desktop", logger: quiet)
        let desktop = ChainDesktop(client)
        let result: Result<Void, any Error>
        async let listening: Void = desktop.listen()
        do {
            for dn in dns { try await client.register(dn) }
            result = .success(try await body(desktop))
        } catch {
            result = .failure(error)
        }
        await client.close()
        await listening
        try result.get()
    }

    private init(_ client: TLibraryClient) { self.client = client }

    private func listen() async {
        do {
            for try await event in client.events { heard.withLock { $0.append(event) } }
        } catch {
            // Whoever asks or waits next hears of it.
        }
    }

    var events: [Event] { heard.withLock { $0 } }

    /// The first such event, past or to come.
    @discardableResult
    func sees(_ message: MessageNumber, at dn: DirectoryNumber) async throws -> Event {
        func found() -> Event? { events.first { $0.message == message && $0.thisDN == dn } }
        try await eventually("\(message) at \(dn.text)") { found() != nil }
        guard let event = found() else { throw ChainFault("An event was lost.") }
        return event
    }

    /// The last of so many such events, past or to come.
    @discardableResult
    func sees(_ message: MessageNumber, at dn: DirectoryNumber, times: Int) async throws -> Event {
        func found() -> [Event] { events.filter { $0.message == message && $0.thisDN == dn } }
        try await eventually("\(message) at \(dn.text), \(times) times") { found().count >= times }
        return found()[times - 1]
    }

    /// What was told of calls at `dn`, but for changes of user data and answers.
    func messages(at dn: DirectoryNumber) -> [MessageNumber] {
        let others: Set<MessageNumber> = [.eventRegistered, .eventAttachedDataChanged, .eventACK, .eventPrivateInfo]
        return events.filter { $0.thisDN == dn && $0.connID != nil && !others.contains($0.message) }.map(\.message)
    }

    /// What the lamp of `dn` showed, in order.
    func lamps(at dn: DirectoryNumber) -> [ChainLamp] {
        events.filter { $0.message == .eventAttachedDataChanged && $0.thisDN == dn }.map(ChainLamp.init)
    }

    func shows(_ lamps: [String], at dn: DirectoryNumber) async throws {
        try await eventually("the lamp of \(dn.text) shows \(lamps)") { self.lamps(at: dn).map(\.state) == lamps }
    }
}

/// What a change says of a call's recording.
struct ChainLamp {
    /// GSIP_RECORD.
    var state: String
    /// GSIP_REC_FN.
    var file: String
    /// The time of day, in seconds.
    var time: Double

    init(_ event: Event) {
        state = event.userData?.first("GSIP_RECORD")?.text ?? ""
        file = event.userData?.first("GSIP_REC_FN")?.text ?? ""
        time = Double(event.timeSeconds ?? 0) + Double(event.timeMicroseconds ?? 0) / 1_000_000
    }
}
