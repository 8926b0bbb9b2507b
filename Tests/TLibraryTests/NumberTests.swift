import TLibrary
import Testing

/// The numbers against the tables of WireFormat, written down a second time.
struct NumberTests {
    static let requests: [(MessageNumber, UInt16, String)] = [
        (.requestRegisterClient, 0, "RegisterClient"), (.requestQueryServer, 1, "QueryServer"),
        (.requestQueryAddress, 2, "QueryAddress"), (.requestRegisterAddress, 3, "RegisterAddress"),
        (.requestUnregisterAddress, 4, "UnregisterAddress"), (.requestAgentLogin, 8, "AgentLogin"),
        (.requestAgentLogout, 9, "AgentLogout"), (.requestAgentReady, 10, "AgentReady"),
        (.requestAgentNotReady, 11, "AgentNotReady"), (.requestMakeCall, 14, "MakeCall"),
        (.requestMakePredictiveCall, 15, "MakePredictiveCall"), (.requestAnswerCall, 16, "AnswerCall"),
        (.requestReleaseCall, 17, "ReleaseCall"), (.requestHoldCall, 18, "HoldCall"),
        (.requestRetrieveCall, 19, "RetrieveCall"), (.requestInitiateConference, 20, "InitiateConference"),
        (.requestCompleteConference, 21, "CompleteConference"),
        (.requestDeleteFromConference, 22, "DeleteFromConference"), (.requestInitiateTransfer, 23, "InitiateTransfer"),
        (.requestMuteTransfer, 24, "MuteTransfer"), (.requestSingleStepTransfer, 25, "SingleStepTransfer"),
        (.requestCompleteTransfer, 26, "CompleteTransfer"), (.requestMergeCalls, 27, "MergeCalls"),
        (.requestAlternateCall, 28, "AlternateCall"), (.requestReconnectCall, 29, "ReconnectCall"),
        (.requestAttachUserData, 30, "AttachUserData"), (.requestUpdateUserData, 31, "UpdateUserData"),
        (.requestDeleteUserData, 32, "DeleteUserData"), (.requestDeletePair, 33, "DeletePair"),
        (.requestRouteCall, 36, "RouteCall"), (.requestRedirectCall, 103, "RedirectCall"),
        (.requestQueryCall, 108, "QueryCall"), (.requestClearCall, 110, "ClearCall"),
        (.requestSingleStepConference, 120, "SingleStepConference"), (.requestPrivateService, 149, "PrivateService"),
        (.requestDistributeEvent, 49, "DistributeEvent"), (.requestNetworkConsult, 171, "NetworkConsult"),
        (.requestTransactionMonitoring, 180, "TransactionMonitoring"),
    ]

    static let events: [(MessageNumber, UInt16, String)] = [
        (.eventServerConnected, 50, "ServerConnected"), (.eventError, 52, "Error"),
        (.eventRegistered, 53, "Registered"),
        (.eventUnregistered, 54, "Unregistered"), (.eventQueued, 57, "Queued"), (.eventDiverted, 58, "Diverted"),
        (.eventAbandoned, 59, "Abandoned"), (.eventRinging, 60, "Ringing"), (.eventDialing, 61, "Dialing"),
        (.eventNetworkReached, 62, "NetworkReached"), (.eventDestinationBusy, 63, "DestinationBusy"),
        (.eventEstablished, 64, "Established"), (.eventReleased, 65, "Released"), (.eventHeld, 66, "Held"),
        (.eventRetrieved, 67, "Retrieved"), (.eventPartyChanged, 68, "PartyChanged"),
        (.eventPartyAdded, 69, "PartyAdded"),
        (.eventPartyDeleted, 70, "PartyDeleted"), (.eventRouteRequest, 71, "RouteRequest"),
        (.eventRouteUsed, 72, "RouteUsed"), (.eventAgentLogin, 73, "AgentLogin"),
        (.eventAgentLogout, 74, "AgentLogout"),
        (.eventAgentReady, 75, "AgentReady"), (.eventAgentNotReady, 76, "AgentNotReady"),
        (.eventAttachedDataChanged, 85, "AttachedDataChanged"), (.eventAddressInfo, 92, "AddressInfo"),
        (.eventServerInfo, 93, "ServerInfo"), (.eventLinkDisconnected, 94, "LinkDisconnected"),
        (.eventLinkConnected, 95, "LinkConnected"), (.eventPartyInfo, 109, "PartyInfo"), (.eventACK, 138, "ACK"),
        (.eventPrivateInfo, 150, "PrivateInfo"), (.eventQueueLogout, 152, "QueueLogout"),
        (.eventCallCreated, 160, "CallCreated"), (.eventResourceInfo, 182, "ResourceInfo"),
    ]

    @Test func `requests have T-Library's numbers and names`() {
        for (message, number, name) in Self.requests {
            #expect(message.rawValue == number)
            #expect(message.name == "Request" + name)
            #expect(message.kind == .request)
        }
    }

    @Test func `events have T-Library's numbers and names`() {
        for (message, number, name) in Self.events {
            #expect(message.rawValue == number)
            #expect(message.name == "Event" + name)
            #expect(message.kind == .event)
        }
    }

    @Test func `every number up to 182 has a name that tells its kind, but for those in reserve`() {
        for number in UInt16(0)...182 {
            let message = MessageNumber(rawValue: number)
            switch message.kind {
            case .request: #expect(message.name.hasPrefix("Request"))
            case .event: #expect(message.name.hasPrefix("Event"))
            case .unknown: #expect((153...159).contains(number) && message.name == "Message\(number)")
            case .link: Issue.record("\(number) is no link message.")
            }
        }
    }

    @Test func `the link's messages have numbers of their own, and nothing else has one`() {
        #expect(MessageNumber.ping.rawValue == 65_280 && MessageNumber.ping.name == "Ping")
        #expect(MessageNumber.pong.rawValue == 65_281 && MessageNumber.pong.name == "Pong")
        #expect(MessageNumber.received.rawValue == 65_282 && MessageNumber.received.name == "Received")
        for number: UInt16 in [65_280, 65_281, 65_282] { #expect(MessageNumber(rawValue: number).kind == .link) }
        for number: UInt16 in [183, 1000, 65_279, 65_283, 65_535] {
            #expect(MessageNumber(rawValue: number).kind == .unknown)
            #expect(MessageNumber(rawValue: number).name == "Message\(number)")
        }
    }

    @Test func `there is a sample of each request of the protocol`() {
        let samples = Set(Samples.operations.map(\.message))
        let documented = Set(Self.requests.map(\.0)).subtracting([
            .requestDistributeEvent, .requestNetworkConsult, .requestTransactionMonitoring,
        ])
        #expect(samples == documented)
    }

    @Test func `attributes have the numbers, names and types of the table`() {
        let table: [(AttributeNumber, UInt16, String, ValueType)] = [
            (.protocolVersion, 0, "ProtocolVersion", .string), (.errorMessage, 1, "ErrorMessage", .string),
            (.referenceID, 2, "ReferenceID", .integer), (.callID, 3, "CallID", .integer), (.connID, 9, "ConnID", .long),
            (.previousConnID, 10, "PreviousConnID", .long), (.transferConnID, 11, "TransferConnID", .long),
            (.conferenceConnID, 12, "ConferenceConnID", .long), (.callState, 13, "CallState", .integer),
            (.agentID, 14, "AgentID", .string), (.agentWorkMode, 16, "AgentWorkMode", .integer),
            (.reasons, 17, "Reasons", .list), (.dnis, 18, "DNIS", .string), (.ani, 19, "ANI", .string),
            (.thisDN, 20, "ThisDN", .string), (.thisQueue, 21, "ThisQueue", .string),
            (.thisDNRole, 23, "ThisDNRole", .integer), (.otherDN, 24, "OtherDN", .string),
            (.otherDNRole, 27, "OtherDNRole", .integer), (.thirdPartyDN, 28, "ThirdPartyDN", .string),
            (.thirdPartyDNRole, 31, "ThirdPartyDNRole", .integer), (.timeout, 42, "Timeout", .integer),
            (.errorCode, 46, "ErrorCode", .integer), (.addressType, 47, "AddressType", .integer),
            (.registerMode, 49, "RegisterMode", .integer), (.controlMode, 50, "ControlMode", .integer),
            (.userData, 51, "UserData", .list), (.dataKey, 52, "DataKey", .string),
            (.extensions, 53, "Extensions", .list),
            (.callType, 54, "CallType", .integer), (.addressInfoType, 56, "AddressInfoType", .integer),
            (.addressInfoStatus, 57, "AddressInfoStatus", .integer), (.userEvent, 58, "UserEvent", .integer),
            (.routeType, 60, "RouteType", .integer), (.serverVersion, 61, "ServerVersion", .string),
            (.serverRole, 62, "ServerRole", .integer), (.applicationName, 64, "ApplicationName", .string),
            (.applicationPassword, 65, "ApplicationPassword", .string), (.mergeType, 66, "MergeType", .integer),
            (.makeCallType, 73, "MakeCallType", .integer), (.callInfoType, 74, "CallInfoType", .integer),
            (.timeInSecs, 86, "TimeinSecs", .integer), (.timeInuSecs, 87, "TimeinuSecs", .integer),
            (.privateMsgID, 105, "PrivateMsgID", .integer), (.sessionID, 108, "SessionID", .string),
            (.cause, 114, "Cause", .integer), (.callUUID, 141, "CallUUID", .string),
            (.serverStartTime, 147, "ServerStartTime", .long),
            (.eventSequenceNumber, 148, "EventSequenceNumber", .long),
        ]
        for (attribute, number, name, type) in table {
            #expect(attribute.rawValue == number)
            #expect(attribute.name == name)
            #expect(attribute.type == type)
        }
        let documented = (UInt16.min...UInt16.max).filter { AttributeNumber(rawValue: $0).type != nil }
        #expect(documented == table.map(\.1))
        #expect(AttributeNumber(rawValue: 77).name == "Attribute77")
    }

    @Test func `error codes have T-Library's numbers`() {
        let codes: [(ErrorCode, Int32)] = [
            (.notRegistered, 41), (.resourceSeized, 42), (.alreadyInState, 43), (.unsupportedOperation, 51),
            (.internalError, 52), (.invalidAttribute, 53), (.protocolVersion, 55), (.invalidConnectionID, 56),
            (.notConfigured, 59), (.badCalledDN, 71), (.originatorBusy, 79), (.badMessageType, 102),
            (.outsideService, 104), (.missingElement, 105), (.tooManyRequests, 111), (.outOfSequence, 112),
            (.serviceUnavailable, 118), (.badPassword, 119), (.accessRestricted, 165), (.resourceUnavailable, 166),
            (.badRouteDestination, 415), (.partyNotOnCall, 470), (.callInWrongState, 496), (.elementFormat, 545),
            (.elementLength, 547), (.incorrectObjectState, 1161),
        ]
        for (code, number) in codes { #expect(code.rawValue == number) }
    }
}
