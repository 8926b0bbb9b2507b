/// Opens a session (WireFormat, Opening a session).
public struct RegisterClient: Sendable, Equatable {
    /// The version of this protocol, as a client writes it.
    public static let protocolVersion = "1"

    /// The client's name. At most 255 bytes.
    public var applicationName: String
    /// Anything but ``protocolVersion`` is refused with 55.
    public var protocolVersion: String
    /// Where the server asks for one.
    public var password: String?
    /// The session that the client once had and would like to go on with.
    public var sessionID: String?

    public init(
        applicationName: String, protocolVersion: String = RegisterClient.protocolVersion, password: String? = nil,
        sessionID: String? = nil
    ) {
        self.applicationName = applicationName
        self.protocolVersion = protocolVersion
        self.password = password
        self.sessionID = sessionID
    }
}
