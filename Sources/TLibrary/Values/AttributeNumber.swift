/// The number of an attribute of a message (T-Library's numbers).
///
/// The members are the attributes that this protocol uses (WireFormat, Attributes). Any other number may come in; its
/// structure is checked and it is then skipped.
public struct AttributeNumber: RawRepresentable, Hashable, Sendable, Comparable {
    public let rawValue: UInt16

    @inlinable public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    public static func < (left: AttributeNumber, right: AttributeNumber) -> Bool {
        left.rawValue < right.rawValue
    }
}

// Who is speaking, and about what.
extension AttributeNumber {
    @inlinable public static var protocolVersion: AttributeNumber { AttributeNumber(rawValue: 0) }
    @inlinable public static var errorMessage: AttributeNumber { AttributeNumber(rawValue: 1) }
    @inlinable public static var referenceID: AttributeNumber { AttributeNumber(rawValue: 2) }
    @inlinable public static var reasons: AttributeNumber { AttributeNumber(rawValue: 17) }
    @inlinable public static var errorCode: AttributeNumber { AttributeNumber(rawValue: 46) }
    @inlinable public static var extensions: AttributeNumber { AttributeNumber(rawValue: 53) }
    @inlinable public static var userEvent: AttributeNumber { AttributeNumber(rawValue: 58) }
    @inlinable public static var serverVersion: AttributeNumber { AttributeNumber(rawValue: 61) }
    @inlinable public static var serverRole: AttributeNumber { AttributeNumber(rawValue: 62) }
    @inlinable public static var applicationName: AttributeNumber { AttributeNumber(rawValue: 64) }
    @inlinable public static var applicationPassword: AttributeNumber { AttributeNumber(rawValue: 65) }
    @inlinable public static var timeInSecs: AttributeNumber { AttributeNumber(rawValue: 86) }
    @inlinable public static var timeInuSecs: AttributeNumber { AttributeNumber(rawValue: 87) }
    @inlinable public static var privateMsgID: AttributeNumber { AttributeNumber(rawValue: 105) }
    @inlinable public static var sessionID: AttributeNumber { AttributeNumber(rawValue: 108) }
    @inlinable public static var serverStartTime: AttributeNumber { AttributeNumber(rawValue: 147) }
    @inlinable public static var eventSequenceNumber: AttributeNumber { AttributeNumber(rawValue: 148) }
}

// Calls.
extension AttributeNumber {
    @inlinable public static var callID: AttributeNumber { AttributeNumber(rawValue: 3) }
    @inlinable public static var connID: AttributeNumber { AttributeNumber(rawValue: 9) }
    @inlinable public static var previousConnID: AttributeNumber { AttributeNumber(rawValue: 10) }
    @inlinable public static var transferConnID: AttributeNumber { AttributeNumber(rawValue: 11) }
    @inlinable public static var conferenceConnID: AttributeNumber { AttributeNumber(rawValue: 12) }
    @inlinable public static var callState: AttributeNumber { AttributeNumber(rawValue: 13) }
    @inlinable public static var dnis: AttributeNumber { AttributeNumber(rawValue: 18) }
    @inlinable public static var ani: AttributeNumber { AttributeNumber(rawValue: 19) }
    @inlinable public static var timeout: AttributeNumber { AttributeNumber(rawValue: 42) }
    @inlinable public static var userData: AttributeNumber { AttributeNumber(rawValue: 51) }
    @inlinable public static var dataKey: AttributeNumber { AttributeNumber(rawValue: 52) }
    @inlinable public static var callType: AttributeNumber { AttributeNumber(rawValue: 54) }
    @inlinable public static var routeType: AttributeNumber { AttributeNumber(rawValue: 60) }
    @inlinable public static var mergeType: AttributeNumber { AttributeNumber(rawValue: 66) }
    @inlinable public static var makeCallType: AttributeNumber { AttributeNumber(rawValue: 73) }
    @inlinable public static var callInfoType: AttributeNumber { AttributeNumber(rawValue: 74) }
    @inlinable public static var cause: AttributeNumber { AttributeNumber(rawValue: 114) }
    @inlinable public static var callUUID: AttributeNumber { AttributeNumber(rawValue: 141) }
}

// DNs and agents.
extension AttributeNumber {
    @inlinable public static var agentID: AttributeNumber { AttributeNumber(rawValue: 14) }
    @inlinable public static var agentWorkMode: AttributeNumber { AttributeNumber(rawValue: 16) }
    @inlinable public static var thisDN: AttributeNumber { AttributeNumber(rawValue: 20) }
    @inlinable public static var thisQueue: AttributeNumber { AttributeNumber(rawValue: 21) }
    @inlinable public static var thisDNRole: AttributeNumber { AttributeNumber(rawValue: 23) }
    @inlinable public static var otherDN: AttributeNumber { AttributeNumber(rawValue: 24) }
    @inlinable public static var otherDNRole: AttributeNumber { AttributeNumber(rawValue: 27) }
    @inlinable public static var thirdPartyDN: AttributeNumber { AttributeNumber(rawValue: 28) }
    @inlinable public static var thirdPartyDNRole: AttributeNumber { AttributeNumber(rawValue: 31) }
    @inlinable public static var addressType: AttributeNumber { AttributeNumber(rawValue: 47) }
    @inlinable public static var registerMode: AttributeNumber { AttributeNumber(rawValue: 49) }
    @inlinable public static var controlMode: AttributeNumber { AttributeNumber(rawValue: 50) }
    @inlinable public static var addressInfoType: AttributeNumber { AttributeNumber(rawValue: 56) }
    @inlinable public static var addressInfoStatus: AttributeNumber { AttributeNumber(rawValue: 57) }
}
