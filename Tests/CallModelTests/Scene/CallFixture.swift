import EventLoops
import TLibrary

@testable import CallModel

/// One call on a small switch, with its clock, its media servers and its T-Clients in the hands of the test.
///
/// T1 is a trunk, 5001 to 5003 are extensions, 5900 is a supervisor's who is in no call; 5101 and T2 have the option
/// `record`; 8000 and 8001 are routing points, 7000 is a queue. Of the Agent Logins 1002 has the option `record`, and 1003
/// has it off.
final class CallFixture {
    static let directory = Directory(
        ["T1", "T3"].map { Directory.Entry(number: $0, type: .trunk) }
            + ["5001", "5002", "5003", "5900"].map { Directory.Entry(number: $0, type: .extension) }
            + [
                Directory.Entry(number: "T2", type: .trunk, record: true),
                Directory.Entry(number: "5101", type: .acdPosition, record: true),
                Directory.Entry(number: "7000", type: .acdQueue),
                Directory.Entry(number: "8000", type: .routingPoint),
                Directory.Entry(number: "8001", type: .routingPoint),
            ]
            + (1...20).map { Directory.Entry(number: DirectoryNumber("60\($0 + 10)"), type: .extension) },
        agents: [.init(id: "1001"), .init(id: "1002", record: true), .init(id: "1003", record: false)])

    static let connection = ConnectionID(rawValue: 0x0070_0283_3C4F_1A01)
    static let uuid = "00000037HF3PJMLISE8I3THA3MB5P6LL"
    static let agent = ClientID(shard: 0, serial: 1)
    static let supervisor = ClientID(shard: 0, serial: 2)
    /// 2026-11-22, 21:06:41 UTC.
    static let wallTime: Int64 = 1_795_381_601_000_000

    private(set) var machine: CallMachine
    var policy: CallPolicy { environment.policy }
    private var environment: CallEnvironment
    private var effects = Effects()
    /// Sees each input and what came of it.
    var witness: ((CallInput, CallOutcome) -> Void)?
    private(set) var now = Duration.zero
    /// The media servers that may take a new recording.
    var available = MediaServerSet.all
    /// Who is logged in where.
    private(set) var agents = AgentMap()
    /// Every media command that was sent, repeated ones too.
    private(set) var sent: [MediaCommand] = []
    /// All that was told for the records.
    private(set) var transitions: [RecordingTransition] = []
    private(set) var asker: RequestContext
    private(set) var deadlines: [(at: Duration, deadline: CallDeadline)] = []
    /// What the switch was told, and has not reported.
    private(set) var atSwitch: [SwitchCommand] = []
    /// What it has to do with other calls, and nobody has carried out.
    private(set) var dealings: [InterCallEffect] = []
    /// Inputs that had to wait, and are due.
    private var due: [CallInput] = []
    private var lastReference: Int32 = 0

    init(
        servers: [MediaCapabilities] = [.able, .able], userDataLimit: Int = 1_000, ani: String = "15551234567",
        dnis: String = "18005550100", keepsRecords: Bool = false, _ change: (inout RecordingOptions) -> Void = { _ in }
    ) {
        var options = RecordingOptions()
        change(&options)
        let policy = CallPolicy(
            directory: Self.directory, recording: options, mediaServers: MediaServerList(inOrder: servers),
            userDataLimit: userDataLimit, keepsRecords: keepsRecords)
        environment = CallEnvironment(policy, at: Timestamp(monotonic: .zero, wallMicroseconds: Self.wallTime))
        machine = CallMachine(
            CallIdentity(connection: Self.connection, uuid: Self.uuid, callType: .inbound, ani: ani, dnis: dnis))
        asker = RequestContext(Request(.queryServer, reference: .none), from: Self.agent)
    }

    func forgetSent() {
        sent = []
    }

    @discardableResult
    func step(_ input: CallInput) -> CallOutcome {
        let (seconds, attoseconds) = now.components
        environment.moment = Timestamp(
            monotonic: now, wallMicroseconds: Self.wallTime + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        environment.available = available
        environment.agents = input.mayAddParties ? agents : AgentMap()
        effects.reset()
        machine.handle(input, in: environment, &effects)
        machine.keep(&effects)
        let outcome = CallOutcome(effects)
        sent += outcome.media
        transitions += outcome.transitions
        lastCommand = sent.last ?? lastCommand
        takeDealings(outcome.dealings)
        deadlines += outcome.deadlines.map { (now + $0.after, $0.0) }
        if let command = outcome.switching { atSwitch.append(command) }
        witness?(input, outcome)
        while !due.isEmpty { step(due.removeFirst()) }
        return outcome
    }

    private func takeDealings(_ new: [InterCallEffect]) {
        for dealing in new {
            if case .take(let input) = dealing { due.append(input) } else { dealings.append(dealing) }
        }
    }

    /// What it has to do with other calls, for whoever carries it out.
    func takeDealings() -> [InterCallEffect] {
        defer { dealings = [] }
        return dealings
    }

    /// Lets time pass, and every deadline in it come.
    @discardableResult
    func advance(by duration: Duration) -> [CallOutcome] {
        let end = now + duration
        var outcomes: [CallOutcome] = []
        while let place = deadlines.indices.min(by: { deadlines[$0].at < deadlines[$1].at }),
            deadlines[place].at <= end
        {
            let next = deadlines.remove(at: place)
            now = next.at
            outcomes.append(step(.deadline(next.deadline)))
        }
        now = end
        return outcomes
    }

    /// An agent logs in; empty: whoever is there logs out.
    @discardableResult
    func logIn(_ agentID: String, at dn: DirectoryNumber = "5001") -> CallOutcome {
        guard let index = Self.directory.index(of: dn) else { preconditionFailure("The scene has no such DN.") }
        agents[index] = agentID
        return step(.agent(agentID, on: index))
    }

    /// So much time passes before any deadline comes, and then those that look at a pause come first.
    func reachPauseLimit(in duration: Duration) -> [CallOutcome] {
        now += duration
        let looks = deadlines.filter(\.deadline.isLook)
        deadlines.removeAll(where: \.deadline.isLook)
        return looks.map { step(.deadline($0.deadline)) }
    }

    // MARK: - T-Clients

    @discardableResult
    func ask(
        _ operation: Operation, on dn: DirectoryNumber = "5001", _ extensions: KeyValueList = [:],
        reasons: KeyValueList = [:], by client: ClientID = agent
    ) -> CallOutcome {
        lastReference += 1
        let request = Request(
            operation, reference: ReferenceID(rawValue: lastReference), thisDN: dn, connection: Self.connection,
            reasons: reasons, extensions: extensions)
        asker = RequestContext(request, from: client)
        return step(.request(request, from: client))
    }

    @discardableResult
    func ask(
        _ verb: RecordingVerb, on dn: DirectoryNumber = "5001", _ extensions: KeyValueList = [:],
        reasons: KeyValueList = [:], by client: ClientID = agent
    ) -> CallOutcome {
        ask(.privateService(verb.message), on: dn, extensions, reasons: reasons, by: client)
    }

    /// Asks what may be asked again, under a `request-id`.
    @discardableResult
    func ask(
        _ operation: Operation, onceBy id: KeyValue, on dn: DirectoryNumber = "5001", _ extensions: KeyValueList = [:],
        reasons: KeyValueList = [:], by client: ClientID = agent, of application: String = "desktop"
    ) -> CallOutcome {
        lastReference += 1
        var extensions = extensions
        extensions.append("Request-ID", id)
        let request = Request(
            operation, reference: ReferenceID(rawValue: lastReference), thisDN: dn, connection: Self.connection,
            reasons: reasons, extensions: extensions)
        let repeatable = IdempotencyKey(request, of: application)
        asker = RequestContext(request, from: client, repeatable: repeatable)
        return step(.repeatable(request, repeatable, from: client))
    }

    @discardableResult
    func ask(
        _ operation: Operation, once id: String, on dn: DirectoryNumber = "5001", _ extensions: KeyValueList = [:],
        reasons: KeyValueList = [:], by client: ClientID = agent, of application: String = "desktop"
    ) -> CallOutcome {
        ask(operation, onceBy: .string(id), on: dn, extensions, reasons: reasons, by: client, of: application)
    }

    @discardableResult
    func ask(
        _ verb: RecordingVerb, once id: String, on dn: DirectoryNumber = "5001", _ extensions: KeyValueList = [:],
        reasons: KeyValueList = [:], by client: ClientID = agent, of application: String = "desktop"
    ) -> CallOutcome {
        ask(
            .privateService(verb.message), once: id, on: dn, extensions, reasons: reasons, by: client, of: application)
    }

    // MARK: - The switch

    /// The switch reports; where it was told to do something, this is its answer.
    @discardableResult
    func report(_ event: SwitchReport.Event, answering command: SwitchCommand? = nil) -> CallOutcome {
        step(.switching(SwitchReport(connection: Self.connection, command: command?.id, event: event)))
    }

    /// The switch answers the command that it was told first.
    @discardableResult
    func switchAnswers(_ event: SwitchReport.Event) -> CallOutcome {
        report(event, answering: atSwitch.removeFirst())
    }

    // MARK: - Media servers

    /// The command that was sent last; where none was, one that nobody knows.
    private(set) var lastCommand = CallFixture.stranger

    /// One of those that were sent; where there is none so late, one that nobody knows.
    func command(_ place: Int) -> MediaCommand {
        sent.indices.contains(place) ? sent[place] : Self.stranger
    }

    private static let stranger: MediaCommand = {
        guard let id = RecordingID("stranger") else { preconditionFailure("The name of a stranger is a sound id.") }
        return MediaCommand(id: .init(rawValue: 0), connection: connection, recording: id, server: 0, verb: .stop)
    }()

    @discardableResult
    func report(
        _ event: MediaReport.Event, of recording: RecordingID? = nil, from server: Int? = nil
    ) -> CallOutcome {
        step(
            .media(
                MediaReport(
                    connection: Self.connection, recording: recording ?? lastCommand.recording,
                    server: server ?? lastCommand.server, event: event)))
    }

    /// The media server says of a command what it says where it has done it.
    @discardableResult
    func confirm(_ command: MediaCommand? = nil) -> CallOutcome {
        let command = command ?? lastCommand
        return report(command.confirmation, of: command.recording, from: command.server)
    }

    @discardableResult
    func refuse(_ command: MediaCommand? = nil, _ failure: MediaFailure = .refused) -> CallOutcome {
        let command = command ?? lastCommand
        return report(.refused(command.id, failure), of: command.recording, from: command.server)
    }
}

extension CallDeadline {
    fileprivate var isLook: Bool {
        switch self {
        case .pauseLimit: true
        case .command, .search, .answer: false
        }
    }
}

extension MediaCapabilities {
    /// Can do everything.
    static let able = MediaCapabilities(pause: .silence, startsPaused: true)
    /// Cannot begin paused.
    static let simple = MediaCapabilities(pause: .gap, startsPaused: false)
}

extension RecordingVerb {
    /// Its PrivateMsgID, as documented.
    var message: Int32 {
        switch self {
        case .start: 4_013
        case .stop: 4_014
        case .pause: 4_015
        case .resume: 4_016
        }
    }
}

extension MediaCommand {
    var confirmation: MediaReport.Event {
        switch verb {
        case .start(let order): .started(id, file: order.fileName, intake: nil, proof: .simulated)
        case .pause, .resume, .stop: .confirmed(id)
        }
    }

    /// Such as `start 0`: the verb, and the place of the media server.
    var summary: String {
        switch verb {
        case .start(let order): "\(order.startsPaused ? "start-paused" : "start") \(server)"
        case .pause: "pause \(server)"
        case .resume: "resume \(server)"
        case .stop: "stop \(server)"
        }
    }

    var order: StartParameters? {
        if case .start(let order) = verb { order } else { nil }
    }
}
