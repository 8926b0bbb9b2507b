/// What kind of device a DN is, as a client names it (T-Library AddressType). The server does not hold it against the
/// configuration.
public struct AddressType: OpenEnumeration {
    public static let unknown = AddressType(rawValue: 0)
    public static let dn = AddressType(rawValue: 1)
    public static let position = AddressType(rawValue: 2)
    public static let queue = AddressType(rawValue: 3)
    public static let routeDN = AddressType(rawValue: 4)
    public static let trunk = AddressType(rawValue: 5)
    public static let voiceChannel = AddressType(rawValue: 6)
    public static let dataChannel = AddressType(rawValue: 7)
    public static let announcement = AddressType(rawValue: 8)
    public static let asai = AddressType(rawValue: 9)
    public static let acdGroup = AddressType(rawValue: 10)
    public static let vsp = AddressType(rawValue: 11)
    public static let routeQueue = AddressType(rawValue: 12)
    public static let agentID = AddressType(rawValue: 13)
    public static let other = AddressType(rawValue: 99)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

/// How a client registers a DN: with others, alone, or to watch without asking for anything (T-Library RegisterMode).
public struct RegisterMode: OpenEnumeration {
    public static let share = RegisterMode(rawValue: 0)
    public static let `private` = RegisterMode(rawValue: 1)
    public static let monitor = RegisterMode(rawValue: 2)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

/// What RequestQueryAddress asks about a DN (T-Library AddressInfoType).
public struct AddressInfoType: OpenEnumeration {
    public static let addressStatus = AddressInfoType(rawValue: 0)
    public static let messageWaiting = AddressInfoType(rawValue: 1)
    public static let association = AddressInfoType(rawValue: 2)
    public static let callForwarding = AddressInfoType(rawValue: 3)
    public static let agentStatus = AddressInfoType(rawValue: 4)
    public static let agentsInQueue = AddressInfoType(rawValue: 5)
    public static let availableAgentsInQueue = AddressInfoType(rawValue: 6)
    public static let callsInQueue = AddressInfoType(rawValue: 7)
    public static let addressType = AddressInfoType(rawValue: 8)
    public static let callsQuery = AddressInfoType(rawValue: 9)
    public static let sendAllCalls = AddressInfoType(rawValue: 10)
    public static let queueLoginAudit = AddressInfoType(rawValue: 11)
    public static let trunksIdle = AddressInfoType(rawValue: 14)
    public static let trunksInUse = AddressInfoType(rawValue: 15)
    public static let databaseValue = AddressInfoType(rawValue: 16)
    public static let dnStatus = AddressInfoType(rawValue: 17)
    public static let queueStatus = AddressInfoType(rawValue: 18)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

/// What a DN does, in the answer to a query for its status (T-Library AddressStatus).
public struct AddressStatus: OpenEnumeration {
    public static let idle = AddressStatus(rawValue: 0)
    public static let origination = AddressStatus(rawValue: 1)
    public static let dialing = AddressStatus(rawValue: 2)
    public static let talking = AddressStatus(rawValue: 3)
    public static let ringing = AddressStatus(rawValue: 4)
    public static let held = AddressStatus(rawValue: 5)
    public static let treatment = AddressStatus(rawValue: 6)
    public static let lockedOut = AddressStatus(rawValue: 7)
    public static let maintenance = AddressStatus(rawValue: 8)
    public static let available = AddressStatus(rawValue: 9)
    public static let vacant = AddressStatus(rawValue: 10)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}
