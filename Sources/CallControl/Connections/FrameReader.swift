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
    private var frames: FrameDecoder
    private var decoder = RequestDecoder()
    private var isHeldBack = false

    init(seat: ShardSeat, limit: Int) {
        self.seat = seat
        self.limit = limit
        lowLimit = min(limit, Self.unopenedLimit)
        frames = FrameDecoder(limit: limit)
    }

    func append(_ more: Span<UInt8>) {
        frames.append(more)
    }

    /// `nil`: no whole message is there.
    func next(sessionIsOpen: Bool) -> Decoded? {
        frames.limit = sessionIsOpen ? limit : lowLimit
        // What waits is judged as that of an open session (``hasMessage``).
        defer { frames.limit = limit }
        switch frames.next() {
        case .incomplete:
            return nil
        case .invalid:
            frames.finish()
            return .refused(
                ErrorResponse(
                    code: .elementLength,
                    message: sessionIsOpen
                        ? "A frame's length must be from 4 to this server's limit of \(limit)."
                        : "A frame's length must be from 4 to \(lowLimit) before the session is open.",
                    closes: true, request: MessageNumber(rawValue: 0)))
        case .frame(let length):
            let decoded = frames.takeFrame(length) { frame in
                decoder.decode(frame, sessionIsOpen: sessionIsOpen, serves: ServedRequests.contains)
            }
            if case .refused(let refusal) = decoded, refusal.closes { frames.finish() }
            return decoded
        }
    }

    /// Bytes that were not taken yet.
    var unread: Int { frames.unreadCount }

    /// Whether a message of an open session waits: a whole frame, or one that is refused. What is not whole waits for its
    /// client.
    var hasMessage: Bool { frames.hasFrame }

    /// What was not taken yet; nothing more is read here.
    func takePendingBytes() -> [UInt8] { frames.takePendingBytes() }

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
