public import TLibrary

/// What a T-Client could not do for its caller. Its description never holds user data.
public struct TLibraryClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of fault it is. Later releases may add to them.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// No connection could be opened.
        public static let notConnected = Code(rawValue: "not-connected")
        /// The server answered with EventError: ``TLibraryClientError/errorCode`` says which.
        public static let refused = Code(rawValue: "refused")
        /// The connection ended, or the server has not been heard of for too long.
        public static let connectionLost = Code(rawValue: "connection-lost")
        /// The client is connected again, and the server has a new session for it: this request's answer, if there was one,
        /// is lost. The request may have been carried out.
        public static let sessionLost = Code(rawValue: "session-lost")
        /// The client was closed by its own program.
        public static let closed = Code(rawValue: "closed")
        /// No answer came in time. The request may still be carried out.
        public static let timedOut = Code(rawValue: "timed-out")
        /// The task that asked was cancelled. The request may still be carried out.
        public static let cancelled = Code(rawValue: "cancelled")
        /// More events came than the program read; the session is closed rather than shown wrong.
        public static let eventsUnread = Code(rawValue: "events-unread")
        /// More requests wait to be sent than the client holds; this one was not sent.
        public static let tooManyRequests = Code(rawValue: "too-many-requests")
        /// The request does not fit in a frame; it was not sent.
        public static let requestTooLarge = Code(rawValue: "request-too-large")
        /// The server sent what the protocol does not allow; the session is closed.
        public static let protocolViolation = Code(rawValue: "protocol-violation")
    }

    public var code: Code
    /// One sentence that a person can act on.
    public var message: String
    /// The code of the server's EventError, where ``code`` is ``Code/refused``.
    public var errorCode: ErrorCode?

    public init(_ code: Code, _ message: String, errorCode: ErrorCode? = nil) {
        self.code = code
        self.message = message
        self.errorCode = errorCode
    }

    static func refused(_ event: Event) -> TLibraryClientError {
        let code = event.errorCode ?? .unknownError
        return TLibraryClientError(.refused, event.errorMessage ?? "The server gave no reason.", errorCode: code)
    }

    static func violation(_ message: String) -> TLibraryClientError {
        TLibraryClientError(.protocolViolation, message)
    }

    public var description: String {
        errorCode.map { "refused: \($0.rawValue) \(message)" } ?? message
    }
}
