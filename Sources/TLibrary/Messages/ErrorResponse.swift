/// Why a frame is not a request that the engine could look at, and what EventError repeats of it (WireFormat, Bad
/// input).
public struct ErrorResponse: Error, Equatable, Sendable {
    public let code: ErrorCode
    /// One sentence that a person can act on. It names attributes and never holds what the client sent in them.
    public let message: String
    /// Whether the connection is closed once the error has been written.
    public let closes: Bool
    /// What goes into UserEvent: the message number that the frame had, whatever it means.
    public let request: MessageNumber
    public let echo: Echo
    /// In how many milliseconds the client may ask again, where the server has too much to do.
    public var retryAfter: Int32?

    /// What could be read of the attributes that an EventError repeats.
    ///
    /// An attribute of the wrong type or over its size is not repeated, nor a ReferenceID below 1. Of a frame whose
    /// attributes do not parse, those before the fault are repeated; of one with another version or with flags, none.
    public struct Echo: Equatable, Sendable {
        public var referenceID: ReferenceID?
        public var thisDN: DirectoryNumber?
        public var connID: ConnectionID?
        public var privateMsgID: Int32?
        public var reasons: KeyValueList?

        public init(
            referenceID: ReferenceID? = nil, thisDN: DirectoryNumber? = nil, connID: ConnectionID? = nil,
            privateMsgID: Int32? = nil, reasons: KeyValueList? = nil
        ) {
            self.referenceID = referenceID
            self.thisDN = thisDN
            self.connID = connID
            self.privateMsgID = privateMsgID
            self.reasons = reasons
        }
    }

    public init(
        code: ErrorCode, message: String, closes: Bool = false, request: MessageNumber, echo: Echo = Echo()
    ) {
        self.code = code
        self.message = message
        self.closes = closes
        self.request = request
        self.echo = echo
    }
}
