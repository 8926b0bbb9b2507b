extension Request {
    /// Appends the request as a frame, and tells where it lies.
    ///
    /// ThisDN and ConnID are written where the request has them or must have them, other attributes where they are not at
    /// the default that the server would assume.
    @discardableResult
    public func encode(to bytes: inout [UInt8]) -> Range<Int> {
        let mandatory = RequestRules.mandatory(for: message) ?? AttributeSet()
        var size = FrameSize(attributes: 12)
        size.add(thisDN)
        size.add(reasons)
        size.add(extensions)
        size.bytes += operation.encodedTextSize
        return FrameWriter.write(message, to: &bytes, capacity: size.bytes) { frame in
            frame.integer(.referenceID, reference.rawValue)
            if connection != .none || mandatory.contains(AttributeNumber.connID.rawValue) {
                frame.connection(.connID, connection)
            }
            if !reasons.isEmpty { frame.list(.reasons, reasons) }
            if !thisDN.isEmpty || mandatory.contains(AttributeNumber.thisDN.rawValue) {
                frame.directoryNumber(.thisDN, thisDN)
            }
            operation.encode(to: &frame)
            if !extensions.isEmpty { frame.list(.extensions, extensions) }
        }
    }
}

extension Operation {
    fileprivate func encode(to frame: inout FrameWriter) {
        switch self {
        case .registerClient(let client): client.encode(to: &frame)
        case .queryServer, .unregisterAddress, .answerCall, .releaseCall, .holdCall, .retrieveCall, .clearCall,
            .deleteUserData:
            break
        case .queryAddress(let type): frame.encode(.addressInfoType, type, unless: .addressStatus)
        case .registerAddress(let mode): frame.encode(.registerMode, mode, unless: .share)
        case .queryCall(let type): frame.encode(.callInfoType, type, unless: .parties)
        case .agentLogin(let login):
            frame.string(.agentID, login.agentID)
            login.settings.encode(to: &frame)
        case .agentLogout(let settings), .agentReady(let settings), .agentNotReady(let settings):
            settings.encode(to: &frame)
        case .makeCall(let call):
            Destination(otherDN: call.otherDN, userData: call.userData).encode(to: &frame)
            frame.encode(.makeCallType, call.type, unless: .regular)
        case .makePredictiveCall(let call):
            Destination(otherDN: call.otherDN, userData: call.userData).encode(to: &frame)
            if let timeout = call.timeout { frame.integer(.timeout, timeout) }
        case .routeCall(let route):
            Destination(otherDN: route.otherDN, userData: route.userData).encode(to: &frame)
            frame.encode(.routeType, route.routeType, unless: .unknown)
        case .redirectCall(let destination), .initiateTransfer(let destination), .muteTransfer(let destination),
            .singleStepTransfer(let destination), .initiateConference(let destination),
            .singleStepConference(let destination):
            destination.encode(to: &frame)
        case .completeTransfer(let consultation): frame.connection(.transferConnID, consultation)
        case .completeConference(let consultation): frame.connection(.conferenceConnID, consultation)
        case .deleteFromConference(let party): frame.directoryNumber(.otherDN, party)
        case .alternateCall(let held), .reconnectCall(let held): frame.connection(.previousConnID, held)
        case .mergeCalls(let merge):
            frame.connection(.previousConnID, merge.previousConnection)
            frame.enumeration(.mergeType, merge.type)
        case .attachUserData(let pairs), .updateUserData(let pairs): frame.list(.userData, pairs)
        case .deletePair(let key): frame.string(.dataKey, key)
        case .privateService(let service): frame.integer(.privateMsgID, service)
        }
    }
}

extension Operation {
    /// Bytes of the operation's texts and lists.
    fileprivate var encodedTextSize: Int {
        switch self {
        case .registerClient(let client): client.encodedTextSize
        case .queryServer, .unregisterAddress, .answerCall, .releaseCall, .holdCall, .retrieveCall, .clearCall,
            .deleteUserData, .queryAddress, .registerAddress, .queryCall, .completeTransfer, .completeConference,
            .alternateCall, .reconnectCall, .mergeCalls, .privateService:
            0
        case .agentLogin(let login): login.agentID.utf8.count + login.settings.queue.text.utf8.count
        case .agentLogout(let settings), .agentReady(let settings), .agentNotReady(let settings):
            settings.queue.text.utf8.count
        case .makeCall(let call): call.otherDN.text.utf8.count + call.userData.packed.count
        case .makePredictiveCall(let call): call.otherDN.text.utf8.count + call.userData.packed.count
        case .routeCall(let route): route.otherDN.text.utf8.count + route.userData.packed.count
        case .redirectCall(let destination), .initiateTransfer(let destination), .muteTransfer(let destination),
            .singleStepTransfer(let destination), .initiateConference(let destination),
            .singleStepConference(let destination):
            destination.otherDN.text.utf8.count + destination.userData.packed.count
        case .deleteFromConference(let party): party.text.utf8.count
        case .attachUserData(let pairs), .updateUserData(let pairs): pairs.packed.count
        case .deletePair(let key): key.utf8.count
        }
    }
}

extension RegisterClient {
    fileprivate var encodedTextSize: Int {
        applicationName.utf8.count + protocolVersion.utf8.count + (password?.utf8.count ?? 0)
            + (sessionID?.utf8.count ?? 0)
    }

    fileprivate func encode(to frame: inout FrameWriter) {
        frame.string(.protocolVersion, protocolVersion)
        frame.string(.applicationName, applicationName)
        if let password { frame.string(.applicationPassword, password) }
        if let sessionID { frame.string(.sessionID, sessionID) }
    }
}

extension AgentSettings {
    fileprivate func encode(to frame: inout FrameWriter) {
        frame.encode(.agentWorkMode, workMode, unless: .unknown)
        if !queue.isEmpty { frame.directoryNumber(.thisQueue, queue) }
    }
}

extension Destination {
    fileprivate func encode(to frame: inout FrameWriter) {
        frame.directoryNumber(.otherDN, otherDN)
        if !userData.isEmpty { frame.list(.userData, userData) }
    }
}

extension FrameWriter {
    fileprivate mutating func encode<Value: OpenEnumeration>(
        _ number: AttributeNumber, _ value: Value, unless assumed: Value
    ) {
        if value != assumed { enumeration(number, value) }
    }
}

extension LinkMessage {
    /// Appends the message as a frame, and tells where it lies.
    @discardableResult
    public func encode(to bytes: inout [UInt8]) -> Range<Int> {
        let extensions: KeyValueList? =
            if case .received(let list) = self, !list.isEmpty { list } else { nil }
        let capacity = FrameSize(attributes: 1).bytes + (extensions?.packed.count ?? 0)
        return FrameWriter.write(message, to: &bytes, capacity: capacity) { frame in
            if let extensions { frame.list(.extensions, extensions) }
        }
    }
}
