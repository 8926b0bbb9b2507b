extension Event {
    /// Decodes one whole frame that a server sent. Attributes that the protocol does not document are skipped.
    ///
    /// Throws for another version of the protocol, for a frame that does not parse, for a message that is no event, and
    /// for a documented attribute of another type. A link message is no event: ask ``MessageNumber/init(ofFrame:)``
    /// first.
    public init(decoding frame: Span<UInt8>, table: inout AttributeTable) throws(WireError) {
        guard let message = MessageNumber(ofFrame: frame) else {
            throw WireError(code: .elementLength, message: "A frame has at least 4 bytes after its length.")
        }
        guard frame[FrameLayout.versionOffset] == FrameLayout.version, frame[FrameLayout.flagsOffset] == 0 else {
            throw WireError(code: .protocolVersion, message: "A frame must have version 1 and no flags.")
        }
        try table.read(frame, maximumDepth: KeyValueList.maximumEventDepth)
        guard message.kind == .event else {
            throw WireError(code: .badMessageType, message: "No event has this message number.")
        }
        if let wrong = table.mistyped.first {
            throw WireError(code: .invalidAttribute, message: "The attribute \(wrong.name) has the wrong type.")
        }
        self.init(message)
        readEvent(frame, table)
        readCall(frame, table)
        readParties(frame, table)
        readAnswer(frame, table)
        readServer(frame, table)
    }

    private mutating func readEvent(_ frame: Span<UInt8>, _ table: borrowing AttributeTable) {
        referenceID = table.integer(.referenceID, in: frame).map { ReferenceID(rawValue: $0) }
        sequenceNumber = table.long(.eventSequenceNumber, in: frame)
        timeSeconds = table.unsigned(.timeInSecs, in: frame)
        timeMicroseconds = table.unsigned(.timeInuSecs, in: frame)
        reasons = table.list(.reasons, in: frame)
        extensions = table.list(.extensions, in: frame)
    }

    private mutating func readCall(_ frame: Span<UInt8>, _ table: borrowing AttributeTable) {
        connID = table.connection(.connID, in: frame)
        previousConnID = table.connection(.previousConnID, in: frame)
        transferConnID = table.connection(.transferConnID, in: frame)
        conferenceConnID = table.connection(.conferenceConnID, in: frame)
        callID = table.integer(.callID, in: frame)
        callUUID = table.string(.callUUID, in: frame)
        callType = table.enumeration(.callType, in: frame)
        callState = table.enumeration(.callState, in: frame)
        cause = table.enumeration(.cause, in: frame)
        ani = table.string(.ani, in: frame)
        dnis = table.string(.dnis, in: frame)
        userData = table.list(.userData, in: frame)
    }

    private mutating func readParties(_ frame: Span<UInt8>, _ table: borrowing AttributeTable) {
        thisDN = table.directoryNumber(.thisDN, in: frame)
        thisDNRole = table.enumeration(.thisDNRole, in: frame)
        otherDN = table.directoryNumber(.otherDN, in: frame)
        otherDNRole = table.enumeration(.otherDNRole, in: frame)
        thirdPartyDN = table.directoryNumber(.thirdPartyDN, in: frame)
        thirdPartyDNRole = table.enumeration(.thirdPartyDNRole, in: frame)
        thisQueue = table.directoryNumber(.thisQueue, in: frame)
        agentID = table.string(.agentID, in: frame)
        agentWorkMode = table.enumeration(.agentWorkMode, in: frame)
    }

    private mutating func readAnswer(_ frame: Span<UInt8>, _ table: borrowing AttributeTable) {
        errorCode = table.enumeration(.errorCode, in: frame)
        errorMessage = table.string(.errorMessage, in: frame)
        userEvent = table.unsigned(.userEvent, in: frame).flatMap { UInt16(exactly: $0) }
            .map { MessageNumber(rawValue: $0) }
        privateMsgID = table.integer(.privateMsgID, in: frame)
        addressInfoType = table.enumeration(.addressInfoType, in: frame)
        addressInfoStatus = table.enumeration(.addressInfoStatus, in: frame)
        callInfoType = table.enumeration(.callInfoType, in: frame)
    }

    private mutating func readServer(_ frame: Span<UInt8>, _ table: borrowing AttributeTable) {
        applicationName = table.string(.applicationName, in: frame)
        serverVersion = table.string(.serverVersion, in: frame)
        serverRole = table.enumeration(.serverRole, in: frame)
        sessionID = table.string(.sessionID, in: frame)
        serverStartTime = table.long(.serverStartTime, in: frame)
    }
}
