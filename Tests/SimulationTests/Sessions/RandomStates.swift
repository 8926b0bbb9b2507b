import CallControlTesting
import TLibrary

@testable import CallControl
@testable import CallModel

/// Random contents of events: texts of every length, in ASCII or not, and optional parts that are there or not.
struct RandomStates {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    // MARK: - Parts

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    private mutating func chance() -> Bool { Bool.random(using: &generator) }

    private mutating func one<Value>(of values: [Value]) -> Value { values[number(0...values.count - 1)] }

    private mutating func maybe<Value>(_ value: (inout RandomStates) -> Value) -> Value? {
        chance() ? value(&self) : nil
    }

    /// At most so many bytes.
    mutating func text(_ most: Int, least: Int = 0) -> String {
        let size = one(of: [least, 1, 15, 16, 17, most, number(least...most)])
        let count = min(max(size, least), most)
        if count >= 2, chance() { return "é" + String(repeating: "x", count: count - 2) }
        return String((0..<count).map { _ in one(of: Array("0123456789abcXYZ")) })
    }

    private mutating func id() -> RecordingID {
        let text = String((0..<number(1...128)).map { _ in one(of: Array("0123456789abc._:@-")) })
        guard let id = RecordingID(text) else { preconditionFailure("The characters are those of an id.") }
        return id
    }

    private mutating func list() -> KeyValueList {
        var list = KeyValueList()
        for _ in 0..<number(0...6) {
            switch number(0...3) {
            case 0: list.append(text(255, least: 1), .integer(Int32(number(-9...9))))
            case 1: list.append(text(255, least: 1), .list(["inner": .string(text(40))]))
            case 2: list.append(text(255, least: 1), .binary(Array(text(90).utf8)))
            default: list.append(text(255, least: 1), .string(text(900)))
            }
        }
        return list
    }

    private mutating func dn() -> DirectoryNumber { DirectoryNumber(text(255, least: 1)) }

    private mutating func connection() -> ConnectionID { ConnectionID(rawValue: generator.next()) }

    mutating func request() -> Request {
        Request(
            one(of: [.privateService(4015), .holdCall]), reference: ReferenceID(rawValue: Int32(number(1...9_999))),
            thisDN: dn(), connection: connection(), reasons: chance() ? list() : [:], extensions: list())
    }

    mutating func asker(on dn: DirectoryNumber? = nil) -> RequestContext {
        var request = request()
        if let dn { request.thisDN = dn }
        return RequestContext(request, from: ClientID(shard: 0, serial: 1))
    }

    private mutating func parties() -> [Party] {
        (1...number(1...4)).map { id in
            Party(
                id: Party.ID(rawValue: UInt32(id)), index: Directory.Index(rawValue: id),
                entry: Directory.Entry(number: dn(), type: .extension), role: one(of: [.origination, .destination]),
                state: one(of: Party.State.allCases), agentID: chance() ? text(255) : "")
        }
    }

    private mutating func facts() -> CallInfo {
        let consultation = maybe { Consultation(of: $0.connection(), for: $0.chance() ? .transfer : .conference) }
        let identity = CallIdentity(
            connection: connection(), uuid: text(32), callType: one(of: [.internal, .inbound]),
            ani: chance() ? text(255) : "", dnis: chance() ? text(255) : "", consultation: consultation)
        return CallInfo(identity: identity, parties: parties(), userData: list())
    }

    private mutating func recording() -> RecordingInfo {
        RecordingInfo(
            id: id(), state: one(of: RecordingState.allCases), cause: one(of: RecordingCause.allCases),
            party: text(255),
            file: chance() ? text(300) : "", earlierFiles: (0..<number(0...3)).map { _ in text(300) },
            reason: maybe { $0.one(of: RecordingReason.allCases) },
            warning: maybe { $0.one(of: RecordingWarning.allCases) },
            warningSides: one(of: [[], .anchor, .other, .both]))
    }

    // MARK: - Events

    /// An event, what it shows of its call, and the recording that brought it about.
    mutating func event() -> (event: CallEvent, facts: CallInfo, recording: RecordingInfo?) {
        let facts = facts()
        let asker = maybe { $0.asker(on: $0.chance() ? facts.parties[0].dn : nil) }
        let event = CallEvent(
            one(of: [.eventAttachedDataChanged, .eventReleased]), to: .everyParty, asker: asker,
            callState: maybe { $0.one(of: [.abandoned, .transferred]) }, cause: maybe { _ in .transfer },
            thirdParty: maybe { $0.dn() }, thirdPartyRole: maybe { _ in .addedBy },
            previous: maybe { $0.connection() })
        return (event, facts, maybe { $0.recording() })
    }

    mutating func acceptance() -> CallReply {
        var wishes = TinyArray<CallReply.RequestedState>()
        for _ in 0..<number(1...4) {
            wishes.append(CallReply.RequestedState(id: id(), desired: one(of: RecordingState.allCases)))
        }
        return CallReply(to: asker(), about: connection(), .accepted(wishes))
    }

    mutating func result() -> RecordingRequestResult {
        var entries = TinyArray<RecordingRequestResult.Entry>()
        for _ in 0..<number(1...4) {
            let result: RecordingResult =
                switch number(0...2) {
                case 0: .done
                case 1: .superseded
                default: .failed(one(of: RecordingReason.allCases))
                }
            entries.append(.init(id: id(), result: result, state: one(of: RecordingState.allCases)))
        }
        return RecordingRequestResult(
            asker: asker(), connection: connection(), addressed: maybe { $0.id() }, entries: entries)
    }

    mutating func partyInfo() -> (CallReply, CallInfoType) {
        let type: CallInfoType = one(of: [.parties, .status])
        let recordings = (0..<number(0...3)).map { _ in recording() }
        return (CallReply(to: asker(), about: connection(), .partyInfo(type, facts(), recordings)), type)
    }

    mutating func refusal() -> ErrorResponse {
        let echo = ErrorResponse.Echo(
            referenceID: maybe { ReferenceID(rawValue: Int32($0.number(1...99))) }, thisDN: maybe { $0.dn() },
            connID: maybe { $0.connection() }, privateMsgID: maybe { Int32($0.number(0...9)) },
            reasons: maybe { $0.list() })
        var refusal = ErrorResponse(
            code: .internalError, message: text(200), request: .requestPrivateService, echo: echo)
        refusal.retryAfter = maybe { Int32($0.number(0...9)) }
        return refusal
    }

    private mutating func agent() -> AgentState {
        AgentState(
            agentID: text(255), isReady: chance(), workMode: one(of: [.unknown, .autoIn]), queue: chance() ? dn() : "")
    }

    mutating func agentChange() -> AgentChange {
        let agent = agent()
        return AgentChange(kind: one(of: [.login, .logout, .ready, .notReady]), agent: agent)
    }

    mutating func address() -> AddressAnswer {
        AddressAnswer(
            request: request(), calls: maybe { $0.list() }, agent: maybe { $0.agent() }, goesOn: chance(),
            info: maybe { _ in (.addressStatus, .talking) })
    }
}
