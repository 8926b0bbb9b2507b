/// What a T-Client asks for (WireFormat, Requests).
///
/// A request that was decoded has all its mandatory attributes, with the right types and sizes. Whether their values
/// make sense is for the engine to judge: an enumeration may hold any number.
public struct Request: Sendable, Equatable {
    /// By which the client knows the answer.
    public var reference: ReferenceID
    /// The DN on whose behalf the client asks; empty where the request names none.
    public var thisDN: DirectoryNumber
    /// The call that the request is about; ``ConnectionID/none`` where it names none.
    public var connection: ConnectionID
    /// Why the client asks, handed on to whoever hears of what came of it. At most 4,096 bytes packed.
    public var reasons: KeyValueList
    /// What T-Library leaves to server and client. Keys that the server does not know are kept.
    public var extensions: KeyValueList
    public var operation: Operation

    public init(
        _ operation: Operation, reference: ReferenceID, thisDN: DirectoryNumber = "", connection: ConnectionID = .none,
        reasons: KeyValueList = [:], extensions: KeyValueList = [:]
    ) {
        self.operation = operation
        self.reference = reference
        self.thisDN = thisDN
        self.connection = connection
        self.reasons = reasons
        self.extensions = extensions
    }

    /// The request's number, which follows from its operation.
    public var message: MessageNumber { operation.message }
}
