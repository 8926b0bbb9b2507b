import EventLoops
import TLibrary

/// The bytes of a connection that are not read yet, and what the next message among them is.
actor FrameReader: LoopBound {
    static let rank = 5

    /// The most that the length field of a frame may say before the session is open.
    static let unopenedLimit = 8_192

    nonisolated let seat: ShardSeat
    private let limit: Int
    private let lowLimit: Int
    private var decoder = RequestDecoder()
    private var bytes: [UInt8] = []
    private var head = 0
    private var isHeldBack = false
    /// The frames cannot be told apart any more: what follows is not looked at.
    private var isLost = false

    init(seat: ShardSeat, limit: Int) {
        self.seat = seat
        self.limit = limit
        lowLimit = min(limit, Self.unopenedLimit)
    }

    func append(_ more: Span<UInt8>) {
        guard !isLost else { return }
        if head == bytes.count {
            // A client that once said much at once does not keep the room for it.
            bytes.removeAll(keepingCapacity: bytes.capacity <= 4_096 || bytes.count >= bytes.capacity / 8)
            head = 0
        } else if head > 32_768 {
            bytes.removeFirst(head)
            head = 0
        }
        bytes.append(copying: more)
    }

    /// `nil`: no whole message is there.
    func next(sessionIsOpen: Bool) -> Decoded? {
        guard !isLost else { return nil }
        let limit = sessionIsOpen ? limit : lowLimit
        switch FrameDecoder.split(bytes.span, at: head, limit: limit) {
        case .incomplete:
            return nil
        case .invalid:
            isLost = true
            bytes = []
            head = 0
            return .refused(
                ErrorResponse(
                    code: .elementLength,
                    message: sessionIsOpen
                        ? "A frame's length must be from 4 to this server's limit of \(limit)."
                        : "A frame's length must be from 4 to \(limit) before the session is open.",
                    closes: true, request: MessageNumber(rawValue: 0)))
        case .frame(let length):
            let frame = bytes.span.extracting(head..<head + length)
            let decoded = decoder.decode(frame, sessionIsOpen: sessionIsOpen, serves: ServedRequests.contains)
            head += length
            if case .refused(let refusal) = decoded, refusal.closes {
                isLost = true
                bytes = []
                head = 0
            }
            return decoded
        }
    }

    /// Bytes that were not taken yet.
    var unread: Int { bytes.count - head }

    /// Whether a message of an open session waits: a whole frame, or one that is refused. What is not whole waits for its
    /// client.
    var hasMessage: Bool { !isLost && FrameDecoder.split(bytes.span, at: head, limit: limit) != .incomplete }

    /// What was not taken yet; nothing more is read here.
    func takePendingBytes() -> [UInt8] {
        defer {
            isLost = true
            bytes = []
            head = 0
        }
        return Array(bytes[head...])
    }

    /// The session must wait. Says whether the stream is to be held back now.
    func holdBack() -> Bool {
        defer { isHeldBack = true }
        return !isHeldBack
    }

    /// The session may go on. Says whether the stream was held back.
    func letGo() -> Bool {
        defer { isHeldBack = false }
        return isHeldBack
    }
}

/// The requests that this release serves; any other of T-Library's gets error 51.
enum ServedRequests {
    static func contains(_ message: MessageNumber) -> Bool {
        switch message {
        case .requestRegisterClient, .requestQueryServer, .requestQueryAddress, .requestRegisterAddress,
            .requestUnregisterAddress, .requestAgentLogin, .requestAgentLogout, .requestAgentReady,
            .requestAgentNotReady, .requestMakeCall, .requestAnswerCall, .requestReleaseCall, .requestHoldCall,
            .requestRetrieveCall, .requestAttachUserData, .requestUpdateUserData, .requestDeleteUserData,
            .requestDeletePair, .requestRouteCall, .requestQueryCall, .requestPrivateService,
            .requestMakePredictiveCall, .requestClearCall, .requestRedirectCall, .requestSingleStepTransfer,
            .requestMuteTransfer, .requestSingleStepConference, .requestDeleteFromConference,
            .requestInitiateTransfer, .requestInitiateConference, .requestCompleteTransfer, .requestCompleteConference,
            .requestMergeCalls, .requestAlternateCall, .requestReconnectCall:
            true
        default:
            false
        }
    }
}
