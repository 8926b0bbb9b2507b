import CallControl
import CallControlTesting
import CallModel
import Switches
import TLibrary

/// A floor of telephones with one T-Client that watches and serves all of them, so that a test reads as what people do:
/// what each of them hears comes back in words.
final class PhoneFixture {
    static let dns: [EngineConfiguration.DN] = [
        .init("trunk-1", type: .trunk), .init("trunk-2", type: .trunk), .init("5001", type: .extension),
        .init("5002", type: .extension), .init("5003", type: .extension), .init("5101", type: .extension, record: true),
        .init("5102", type: .acdPosition, record: true), .init("6000", type: .routingPoint),
        .init("6001", type: .routingPoint), .init("6900", type: .acdQueue), .init("7000", type: .extension),
    ]

    let served: ServedSimulation
    let media: ScriptedMediaServer
    let client: SimulatedClient
    private var read = 0
    /// The names that a test gives to its calls.
    private var names: [ConnectionID: String] = [:]

    init(
        seed: UInt64 = 1, shards: Int = 1, script: MediaScript = .sound, lines: Int = 10,
        evidence: CaptureEvidence.Kind? = nil, records: (any RecordSink)? = nil,
        configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws {
        var server: ScriptedMediaServer?
        served = try ServedSimulation(
            seed: seed, shards: shards, dns: Self.dns,
            media: { simulation in
                let made = ScriptedMediaServer(
                    in: simulation, name: "media", script: script,
                    capabilities: MediaCapabilities(pause: .silence, startsPaused: true, evidence: evidence))
                server = made
                return [made]
            }, records: records, telephony: { InProcessSwitch($0, lines: lines) },
            configure: configure)
        guard let server else { preconditionFailure("A simulation makes its media servers at once.") }
        media = server
        client = served.client("floor", on: Self.dns.map(\.number))
        settle()
    }

    func settle(_ duration: Duration = .seconds(1)) {
        served.simulation.advance(by: duration)
    }

    /// Sends a request and lets everything come of it. What all of them hear, in words.
    @discardableResult
    func ask(
        _ operation: Operation, on dn: DirectoryNumber, _ call: ConnectionID = .none,
        reasons: KeyValueList = [:], extensions: KeyValueList = [:]
    ) -> [String] {
        hear()
        client.send(operation, thisDN: dn, connection: call, reasons: reasons, extensions: extensions)
        settle()
        return hear()
    }

    @discardableResult
    func record(
        _ service: Int32 = 4_013, on dn: DirectoryNumber, _ call: ConnectionID, _ extensions: KeyValueList = [:]
    ) -> [String] {
        ask(.privateService(service), on: dn, call, extensions: extensions)
    }

    /// What has come since the last look.
    @discardableResult
    func hear() -> [String] {
        let events = client.events
        defer { read = events.count }
        return events[read...].map { Word(name: name).of($0) }
    }

    private func name(_ connection: ConnectionID) -> String {
        names[connection] ?? "another"
    }

    // MARK: - Calls

    /// One DN calls another, which answers.
    func talk(_ from: DirectoryNumber, _ to: DirectoryNumber, as name: String = "main") throws -> ConnectionID {
        let call = try ring(from, to, as: name)
        ask(.answerCall, on: to, call)
        return call
    }

    func ring(_ from: DirectoryNumber, _ to: DirectoryNumber, as name: String = "main") throws -> ConnectionID {
        try begin(.makeCall(MakeCall(otherDN: to)), on: from, as: name)
    }

    /// A call that a request begins.
    func begin(
        _ operation: Operation, on dn: DirectoryNumber, _ call: ConnectionID = .none, as name: String
    ) throws -> ConnectionID {
        let before = client.events.count
        client.send(operation, thisDN: dn, connection: call)
        settle()
        let dialing = client.events[before...].last { $0.message == .eventDialing && $0.thisDN == dn }
        guard let connection = dialing?.connID else { throw Missing(name: name, events: hear()) }
        names[connection] = name
        hear()
        return connection
    }

    /// A party consults another, which answers.
    func consult(
        _ dn: DirectoryNumber, _ to: DirectoryNumber, _ call: ConnectionID, as name: String = "consult",
        answers: Bool = true
    ) throws -> ConnectionID {
        let consultation = try begin(
            .initiateTransfer(Destination(otherDN: to)), on: dn, call, as: name)
        if answers { ask(.answerCall, on: to, consultation) }
        return consultation
    }

    struct Missing: Error {
        var name: String
        var events: [String]
    }

    /// GSIP_RECORD as the DN was shown it last in that call; `nil`: it was not.
    func lamp(_ dn: DirectoryNumber, _ call: ConnectionID) -> String? {
        client.events.last { $0.thisDN == dn && $0.connID == call && $0.userData != nil }?
            .userData?.first("GSIP_RECORD")?.text
    }

    /// The changes of recordings that a DN was told of in a call, such as `on request`.
    func changes(_ dn: DirectoryNumber, _ call: ConnectionID) -> [String] {
        client.events.filter { $0.thisDN == dn && $0.connID == call }.compactMap { event in
            guard let recording = CallView.recording(in: event) else { return nil }
            return [recording.first("state")?.text, recording.first("cause")?.text, recording.first("reason")?.text]
                .compactMap(\.self).joined(separator: " ")
        }
    }

    /// EventPrivateInfo so far, such as `done on`.
    var outcomes: [String] {
        client.events(.eventPrivateInfo).map { event in
            ["result", "state", "reason"].compactMap { event.extensions?.first($0)?.text }.joined(separator: " ")
        }
    }

    func userData(_ dn: DirectoryNumber, _ call: ConnectionID) -> [String] {
        let last = client.events.last { $0.thisDN == dn && $0.connID == call && $0.userData != nil }
        return last?.userData?.filter { !RecordingKeyName.isOwn($0.key) }.map { "\($0.key)=\($0.value.text ?? "")" }
            ?? []
    }
}

/// An event in words, such as `Released 5001 main state 1 ref`.
private struct Word {
    let name: (ConnectionID) -> String

    func of(_ event: Event) -> String {
        let words: [String?] = [
            String(event.message.name.dropFirst("Event".count)), event.thisDN?.text, event.connID.map(name),
            event.previousConnID.map { "was \(name($0))" }, event.transferConnID.map { "for \(name($0))" },
            event.conferenceConnID.map { "for \(name($0))" }, event.otherDN.map { "other \($0)" },
            event.thirdPartyDN.map { "third \($0)\(event.thirdPartyDNRole.map { "/\($0.rawValue)" } ?? "")" },
            event.callState.map { "state \($0.rawValue)" }, event.errorCode.map { "\($0.rawValue)" },
            event.referenceID == nil ? nil : "ref", event.reasons == nil ? nil : "why",
        ]
        return words.compactMap(\.self).joined(separator: " ")
    }
}
