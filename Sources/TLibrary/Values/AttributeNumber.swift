/// The number of an attribute of a message (T-Library's numbers).
///
/// The members are the attributes that this protocol uses (WireFormat, Attributes). Any other number may come in; its
/// structure is checked and it is then skipped.
public struct AttributeNumber: RawRepresentable, Hashable, Sendable, Comparable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    public static func < (left: AttributeNumber, right: AttributeNumber) -> Bool {
        left.rawValue < right.rawValue
    }
}

// Who is speaking, and about what.
extension AttributeNumber {
    public static let protocolVersion = AttributeNumber(rawValue: 0)
    public static let errorMessage = AttributeNumber(rawValue: 1)
    public static let referenceID = AttributeNumber(rawValue: 2)
    public static let reasons = AttributeNumber(rawValue: 17)
    public static let errorCode = AttributeNumber(rawValue: 46)
    public static let extensions = AttributeNumber(rawValue: 53)
    public static let userEvent = AttributeNumber(rawValue: 58)
    public static let serverVersion = AttributeNumber(rawValue: 61)
    public static let serverRole = AttributeNumber(rawValue: 62)
    public static let applicationName = AttributeNumber(rawValue: 64)
    public static let applicationPassword = AttributeNumber(rawValue: 65)
    public static let timeInSecs = AttributeNumber(rawValue: 86)
    public static let timeInuSecs = AttributeNumber(rawValue: 87)
    public static let privateMsgID = AttributeNumber(rawValue: 105)
    public static let sessionID = AttributeNumber(rawValue: 108)
    public static let serverStartTime = AttributeNumber(rawValue: 147)
    public static let eventSequenceNumber = AttributeNumber(rawValue: 148)
}

// Calls.
extension AttributeNumber {
    public static let callID = AttributeNumber(rawValue: 3)
    public static let connID = AttributeNumber(rawValue: 9)
    public static let previousConnID = AttributeNumber(rawValue: 10)
    public static let transferConnID = AttributeNumber(rawValue: 11)
    public static let conferenceConnID = AttributeNumber(rawValue: 12)
    public static let callState = AttributeNumber(rawValue: 13)
    public static let dnis = AttributeNumber(rawValue: 18)
    public static let ani = AttributeNumber(rawValue: 19)
    public static let timeout = AttributeNumber(rawValue: 42)
    public static let userData = AttributeNumber(rawValue: 51)
    public static let dataKey = AttributeNumber(rawValue: 52)
    public static let callType = AttributeNumber(rawValue: 54)
    public static let routeType = AttributeNumber(rawValue: 60)
    public static let mergeType = AttributeNumber(rawValue: 66)
    public static let makeCallType = AttributeNumber(rawValue: 73)
    public static let callInfoType = AttributeNumber(rawValue: 74)
    public static let cause = AttributeNumber(rawValue: 114)
    public static let callUUID = AttributeNumber(rawValue: 141)
}

// DNs and agents.
extension AttributeNumber {
    public static let agentID = AttributeNumber(rawValue: 14)
    public static let agentWorkMode = AttributeNumber(rawValue: 16)
    public static let thisDN = AttributeNumber(rawValue: 20)
    public static let thisQueue = AttributeNumber(rawValue: 21)
    public static let thisDNRole = AttributeNumber(rawValue: 23)
    public static let otherDN = AttributeNumber(rawValue: 24)
    public static let otherDNRole = AttributeNumber(rawValue: 27)
    public static let thirdPartyDN = AttributeNumber(rawValue: 28)
    public static let thirdPartyDNRole = AttributeNumber(rawValue: 31)
    public static let addressType = AttributeNumber(rawValue: 47)
    public static let registerMode = AttributeNumber(rawValue: 49)
    public static let controlMode = AttributeNumber(rawValue: 50)
    public static let addressInfoType = AttributeNumber(rawValue: 56)
    public static let addressInfoStatus = AttributeNumber(rawValue: 57)
}
