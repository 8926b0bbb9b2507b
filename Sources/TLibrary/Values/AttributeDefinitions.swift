/// The table of WireFormat, Attributes: every attribute that this protocol uses, with its T-Library name and its type.
extension AttributeNumber {
    /// The attribute's name in T-Library, for an error message or a log; `Attribute77` for one that is not documented.
    public var name: String {
        for definition in Self.definitions where definition.number == self { return definition.name }
        return "Attribute\(rawValue)"
    }

    /// The type that the protocol asks of the attribute's value; nil where it asks for none, since it is not documented.
    public var type: ValueType? {
        for definition in Self.definitions where definition.number == self { return definition.type }
        return nil
    }

    /// In ascending order.
    static let definitions: [(number: AttributeNumber, name: String, type: ValueType)] = [
        (.protocolVersion, "ProtocolVersion", .string),
        (.errorMessage, "ErrorMessage", .string),
        (.referenceID, "ReferenceID", .integer),
        (.callID, "CallID", .integer),
        (.connID, "ConnID", .long),
        (.previousConnID, "PreviousConnID", .long),
        (.transferConnID, "TransferConnID", .long),
        (.conferenceConnID, "ConferenceConnID", .long),
        (.callState, "CallState", .integer),
        (.agentID, "AgentID", .string),
        (.agentWorkMode, "AgentWorkMode", .integer),
        (.reasons, "Reasons", .list),
        (.dnis, "DNIS", .string),
        (.ani, "ANI", .string),
        (.thisDN, "ThisDN", .string),
        (.thisQueue, "ThisQueue", .string),
        (.thisDNRole, "ThisDNRole", .integer),
        (.otherDN, "OtherDN", .string),
        (.otherDNRole, "OtherDNRole", .integer),
        (.thirdPartyDN, "ThirdPartyDN", .string),
        (.thirdPartyDNRole, "ThirdPartyDNRole", .integer),
        (.timeout, "Timeout", .integer),
        (.errorCode, "ErrorCode", .integer),
        (.addressType, "AddressType", .integer),
        (.registerMode, "RegisterMode", .integer),
        (.controlMode, "ControlMode", .integer),
        (.userData, "UserData", .list),
        (.dataKey, "DataKey", .string),
        (.extensions, "Extensions", .list),
        (.callType, "CallType", .integer),
        (.addressInfoType, "AddressInfoType", .integer),
        (.addressInfoStatus, "AddressInfoStatus", .integer),
        (.userEvent, "UserEvent", .integer),
        (.routeType, "RouteType", .integer),
        (.serverVersion, "ServerVersion", .string),
        (.serverRole, "ServerRole", .integer),
        (.applicationName, "ApplicationName", .string),
        (.applicationPassword, "ApplicationPassword", .string),
        (.mergeType, "MergeType", .integer),
        (.makeCallType, "MakeCallType", .integer),
        (.callInfoType, "CallInfoType", .integer),
        (.timeInSecs, "TimeinSecs", .integer),
        (.timeInuSecs, "TimeinuSecs", .integer),
        (.privateMsgID, "PrivateMsgID", .integer),
        (.sessionID, "SessionID", .string),
        (.cause, "Cause", .integer),
        (.callUUID, "CallUUID", .string),
        (.serverStartTime, "ServerStartTime", .long),
        (.eventSequenceNumber, "EventSequenceNumber", .long),
    ]
}
