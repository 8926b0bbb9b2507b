/// What a frame from a client turned out to be.
public enum Decoded: Equatable, Sendable {
    case request(Request)
    case link(LinkMessage)
    /// To be answered with EventError, and not to be carried out.
    indirect case refused(ErrorResponse)
}

/// Turns the frames of clients into requests, and judges them as far as that can be done without knowing DNs and calls
/// (WireFormat, Bad input).
///
/// One decoder serves all sessions of a thread, one frame at a time. It keeps nothing of a frame, and a request that has
/// no lists and no long texts costs no allocation.
public struct RequestDecoder: ~Copyable {
    private var table = AttributeTable()
    private let mandatory = RequestRules.mandatory

    public init() {}

    /// Decodes one whole frame, as a ``FrameDecoder`` split it off.
    ///
    /// The checks are made in the order of the protocol, and the first that fails answers, so that a client gets the
    /// same answer every time.
    ///
    /// - Parameters:
    ///   - frame: the frame with its length field.
    ///   - sessionIsOpen: whether EventLinkConnected has gone out on this connection. Until then only
    ///     RequestRegisterClient is let through.
    ///   - serves: whether the server serves a request that this protocol has. Not asked for any other message.
    public mutating func decode(
        _ frame: Span<UInt8>, sessionIsOpen: Bool, serves: (MessageNumber) -> Bool
    ) -> Decoded {
        guard let message = MessageNumber(ofFrame: frame) else {
            let empty = MessageNumber(rawValue: 0)
            return .refused(
                ErrorResponse(
                    code: .elementLength, message: "A frame has at least 4 bytes after its length.", closes: true,
                    request: empty))
        }
        guard frame[FrameLayout.versionOffset] == FrameLayout.version, frame[FrameLayout.flagsOffset] == 0 else {
            return .refused(
                ErrorResponse(
                    code: .protocolVersion, message: "A frame must have version 1 and no flags.", closes: true,
                    request: message))
        }
        do {
            try table.read(frame)
        } catch {
            return refuse(message, error.code, error.message, frame)
        }
        if message.isLink { return .link(linkMessage(message, frame)) }
        return decodeRequest(message, frame, sessionIsOpen: sessionIsOpen, serves: serves)
    }

    private mutating func decodeRequest(
        _ message: MessageNumber, _ frame: Span<UInt8>, sessionIsOpen: Bool, serves: (MessageNumber) -> Bool
    ) -> Decoded {
        let number = Int(message.rawValue)
        guard number < mandatory.count, let mandatory = mandatory[number], serves(message) else {
            return message.kind == .request
                ? refuse(message, .unsupportedOperation, "This server does not serve the request.", frame)
                : refuse(message, .badMessageType, "No request has this message number.", frame)
        }
        guard table.contains(.referenceID) else {
            return refuse(message, .missingElement, "The request needs a ReferenceID.", frame)
        }
        guard let reference = reference(in: frame) else {
            return refuse(message, .invalidAttribute, "ReferenceID must be an int from 1 to 2,147,483,647.", frame)
        }
        guard sessionIsOpen || message == .requestRegisterClient else {
            return refuse(message, .outsideService, "The session must be opened with RequestRegisterClient.", frame)
        }
        if let missing = mandatory.subtracting(table.present).first {
            return refuse(message, .missingElement, "The request needs the attribute \(missing.name).", frame)
        }
        if let wrong = table.mistyped.union(table.invalidText(in: frame)).first {
            return refuse(message, .invalidAttribute, "The attribute \(wrong.name) \(fault(of: wrong, frame)).", frame)
        }
        guard let operation = table.operation(of: message, in: frame) else {
            return refuse(message, .unsupportedOperation, "This server does not serve the request.", frame)
        }
        var request = Request(
            operation, reference: reference, thisDN: table.directoryNumber(.thisDN, in: frame) ?? "",
            connection: table.connection(.connID, in: frame) ?? .none)
        if table.contains(.reasons) || table.contains(.extensions) {
            request.setLists(
                table.list(.reasons, in: frame) ?? KeyValueList(), table.list(.extensions, in: frame) ?? KeyValueList())
        }
        return .request(request)
    }

    private mutating func fault(of attribute: AttributeNumber, _ frame: Span<UInt8>) -> String {
        if table.mistyped.contains(attribute.rawValue) { return "has the wrong type" }
        return table.oversized(in: frame).contains(attribute.rawValue) ? "is too long" : "holds a zero byte in its text"
    }

    private mutating func linkMessage(_ message: MessageNumber, _ frame: Span<UInt8>) -> LinkMessage {
        switch message {
        case .ping: .ping
        case .pong: .pong
        default: .received(table.list(.extensions, in: frame) ?? KeyValueList())
        }
    }

    @inline(__always)
    private mutating func reference(in frame: Span<UInt8>) -> ReferenceID? {
        guard let number = table.integer(.referenceID, in: frame), number > 0 else { return nil }
        return ReferenceID(rawValue: number)
    }

    private mutating func refuse(
        _ message: MessageNumber, _ code: ErrorCode, _ sentence: String, _ frame: Span<UInt8>
    ) -> Decoded {
        let invalid = table.invalidText(in: frame)
        func isValid(_ number: AttributeNumber) -> Bool { !invalid.contains(number.rawValue) }
        let echo = ErrorResponse.Echo(
            referenceID: reference(in: frame),
            thisDN: isValid(.thisDN) ? table.directoryNumber(.thisDN, in: frame) : nil,
            connID: table.connection(.connID, in: frame),
            privateMsgID: table.integer(.privateMsgID, in: frame),
            reasons: isValid(.reasons) ? table.list(.reasons, in: frame) : nil)
        return .refused(ErrorResponse(code: code, message: sentence, request: message, echo: echo))
    }
}
