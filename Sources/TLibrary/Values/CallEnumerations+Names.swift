// T-Library's names of the values that call events have; of a value without one, its number.

extension CallType {
    public var name: String {
        switch self {
        case .unknown: "Unknown"
        case .internal: "Internal"
        case .inbound: "Inbound"
        case .outbound: "Outbound"
        case .consult: "Consult"
        default: description
        }
    }
}

extension CallState {
    public var name: String { Self.names[self] ?? description }

    private static let names: [CallState: String] = [
        .ok: "Ok", .transferred: "Transferred", .conferenced: "Conferenced", .generalError: "GeneralError",
        .systemError: "SystemError", .remoteRelease: "RemoteRelease", .busy: "Busy", .noAnswer: "NoAnswer",
        .sitDetected: "SitDetected", .answeringMachine: "AnsweringMachine", .allTrunksBusy: "AllTrunksBusy",
        .fax: "Fax", .queueFull: "QueueFull", .cleared: "Cleared", .overflowed: "Overflowed",
        .abandoned: "Abandoned", .redirected: "Redirected", .forwarded: "Forwarded", .consult: "Consult",
        .pickedUp: "Pickedup", .dropped: "Dropped", .droppedNoAnswer: "DroppedNoAnswer", .unknown: "Unknown",
        .covered: "Covered", .converseOn: "ConverseOn", .bridged: "Bridged", .silence: "Silence",
        .answer: "Answer", .deafened: "Deafened", .held: "Held", .doNotCall: "DoNotCall", .cancel: "Cancel",
        .wrongNumber: "WrongNumber",
    ]
}

extension DNRole {
    public var name: String {
        switch self {
        case .unknown: "Unknown"
        case .origination: "Origination"
        case .destination: "Destination"
        case .conferenceMember: "ConferenceMember"
        case .newParty: "NewParty"
        case .addedBy: "AddedBy"
        case .deletedBy: "DeletedBy"
        case .transferredBy: "TransferredBy"
        case .deletedParty: "DeletedParty"
        case .conferencedBy: "ConferencedBy"
        case .observer: "Observer"
        default: description
        }
    }
}

extension Cause {
    public var name: String {
        switch self {
        case .empty: "Empty"
        case .acd: "ACD"
        case .busy: "Busy"
        case .noAnswer: "NoAnswer"
        case .reject: "Reject"
        case .route: "Route"
        case .coverage: "Coverage"
        case .converseOn: "ConverseOn"
        case .forward: "Forward"
        case .redirect: "Redirect"
        case .transfer: "Transfer"
        case .singleStepTransfer: "SingleStepTransfer"
        case .conference: "Conference"
        case .answeringMachineDetected: "AMdetected"
        case .fax: "Fax"
        case .sit: "SIT"
        default: description
        }
    }
}
