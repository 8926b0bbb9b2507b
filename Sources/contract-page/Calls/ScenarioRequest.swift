import CallModel
import TLibrary

/// A call as the tables name it.
enum ScenarioCall: String {
    case main, consult, other
}

/// A request of a walkthrough: the calls that it names are known only when it is made.
struct ScenarioRequest: Sendable {
    let dn: DirectoryNumber
    /// `nil`: it is about no call that is there.
    let call: ScenarioCall?
    let extensions: KeyValueList
    private let make: @Sendable (CallNames) -> Operation

    init(
        _ dn: DirectoryNumber, in call: ScenarioCall? = .main, extensions: KeyValueList = [:],
        _ make: @escaping @Sendable (CallNames) -> Operation
    ) {
        self.dn = dn
        self.call = call
        self.extensions = extensions
        self.make = make
    }

    init(
        _ dn: DirectoryNumber, _ operation: Operation, in call: ScenarioCall? = .main, extensions: KeyValueList = [:]
    ) {
        self.init(dn, in: call, extensions: extensions) { _ in operation }
    }

    func operation(_ names: CallNames) -> Operation { make(names) }
}

extension ScenarioRequest {
    static func make(_ dn: DirectoryNumber, _ other: DirectoryNumber, _ extensions: KeyValueList = [:])
        -> ScenarioRequest
    {
        ScenarioRequest(dn, .makeCall(MakeCall(otherDN: other)), in: nil, extensions: extensions)
    }

    static func answer(_ dn: DirectoryNumber, in call: ScenarioCall = .main) -> ScenarioRequest {
        ScenarioRequest(dn, .answerCall, in: call)
    }

    static func release(_ dn: DirectoryNumber, in call: ScenarioCall = .main) -> ScenarioRequest {
        ScenarioRequest(dn, .releaseCall, in: call)
    }

    static func record(_ service: Int32, _ dn: DirectoryNumber, in call: ScenarioCall = .main) -> ScenarioRequest {
        ScenarioRequest(dn, .privateService(service), in: call)
    }
}

/// The calls of a walkthrough, in the order in which they arose.
struct CallNames {
    private var calls: [(id: ConnectionID, name: ScenarioCall)] = []

    mutating func see(_ event: Event) {
        guard let id = event.connID, event.callType != nil, !calls.contains(where: { $0.id == id }) else { return }
        let isConsultation = event.callType == .consult
        calls.append((id, isConsultation ? .consult : calls.isEmpty ? .main : .other))
    }

    subscript(name: ScenarioCall) -> ConnectionID {
        guard let call = calls.first(where: { $0.name == name }) else {
            preconditionFailure("A walkthrough asks about a call that is not there.")
        }
        return call.id
    }

    func name(of id: ConnectionID) -> String {
        calls.first { $0.id == id }?.name.rawValue ?? "unknown"
    }
}

extension Request {
    /// The request as a line: its name, and what it says.
    func line(_ names: CallNames) -> String {
        var words = ["ThisDN \(thisDN)"]
        if connection != .none { words.append("ConnID \(names.name(of: connection))") }
        words += operation.attributes(names)
        for pair in extensions { words.append("Extensions `\(pair.key)` = `\(pair.value.shown)`") }
        return "**\(message.name)**: " + words.joined(separator: ", ")
    }
}

extension Operation {
    /// What stands in the request beside ThisDN and ConnID.
    fileprivate func attributes(_ names: CallNames) -> [String] {
        switch self {
        case .makeCall(let make): ["OtherDN \(make.otherDN)"]
        case .makePredictiveCall(let make):
            ["OtherDN \(make.otherDN)"] + (make.timeout.map { ["Timeout \($0)"] } ?? [])
        case .redirectCall(let target), .initiateTransfer(let target), .muteTransfer(let target),
            .singleStepTransfer(let target), .initiateConference(let target), .singleStepConference(let target):
            ["OtherDN \(target.otherDN)"]
        case .routeCall(let route): ["OtherDN \(route.otherDN)"]
        case .completeTransfer(let other): ["TransferConnID \(names.name(of: other))"]
        case .completeConference(let other): ["ConferenceConnID \(names.name(of: other))"]
        case .deleteFromConference(let dn): ["OtherDN \(dn)"]
        case .alternateCall(let other), .reconnectCall(let other): ["PreviousConnID \(names.name(of: other))"]
        case .mergeCalls(let merge):
            ["PreviousConnID \(names.name(of: merge.previousConnection))", "MergeType \(merge.type)"]
        case .attachUserData(let list), .updateUserData(let list):
            ["UserData " + list.map { "`\($0.key)` = `\($0.value.shown)`" }.joined(separator: ", ")]
        case .deletePair(let key): ["DataKey `\(key)`"]
        case .queryCall(let type): ["CallInfoType \(type)"]
        case .privateService(let number): ["PrivateMsgID \(number)"]
        case .answerCall, .releaseCall, .holdCall, .retrieveCall, .clearCall, .deleteUserData: []
        case .registerClient, .queryServer, .queryAddress, .registerAddress, .unregisterAddress, .agentLogin,
            .agentLogout, .agentReady, .agentNotReady:
            preconditionFailure("A walkthrough is about a call.")
        }
    }
}

extension KeyValue {
    /// As a table shows it.
    var shown: String { text ?? integer.map { "\($0)" } ?? "…" }
}
