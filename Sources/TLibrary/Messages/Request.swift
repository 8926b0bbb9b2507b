/// What a T-Client asks for (WireFormat, Requests).
///
/// A request that was decoded has all its mandatory attributes, with the right types and sizes. Whether their values
/// make sense is for the engine to judge: an enumeration may hold any number.
///
/// 48 bytes. ThisDN of up to 15 bytes lies within; Reasons and Extensions share one object, which most requests do not
/// have. So the copy of an ordinary request changes no reference count.
public struct Request: Sendable, Equatable {
    public var operation: Operation
    /// By which the client recognises the reply.
    public var reference: ReferenceID
    /// The call that the request is about; ``ConnectionID/none`` where it names none.
    public var connection: ConnectionID
    /// The DN on whose behalf the client asks; empty where the request names none.
    public var thisDN: DirectoryNumber
    /// `nil`: both lists are empty.
    private var lists: Lists?

    private final class Lists: Sendable {
        let reasons: KeyValueList
        let extensions: KeyValueList

        init(reasons: KeyValueList, extensions: KeyValueList) {
            self.reasons = reasons
            self.extensions = extensions
        }
    }

    public init(
        _ operation: Operation, reference: ReferenceID, thisDN: DirectoryNumber = "", connection: ConnectionID = .none,
        reasons: KeyValueList, extensions: KeyValueList = KeyValueList()
    ) {
        self.init(operation, reference: reference, thisDN: thisDN, connection: connection)
        setLists(reasons, extensions)
    }

    public init(
        _ operation: Operation, reference: ReferenceID, thisDN: DirectoryNumber = "", connection: ConnectionID = .none,
        extensions: KeyValueList
    ) {
        self.init(operation, reference: reference, thisDN: thisDN, connection: connection)
        setLists(KeyValueList(), extensions)
    }

    public init(
        _ operation: Operation, reference: ReferenceID, thisDN: DirectoryNumber = "", connection: ConnectionID = .none
    ) {
        self.operation = operation
        self.reference = reference
        self.connection = connection
        self.thisDN = thisDN
        lists = nil
    }

    /// Why the client asks; repeated in the events that the request causes. At most 4,096 bytes packed.
    public var reasons: KeyValueList {
        get { lists?.reasons ?? KeyValueList() }
        set { setLists(newValue, extensions) }
    }

    /// What T-Library leaves to server and client. Keys that the server does not know are kept.
    public var extensions: KeyValueList {
        get { lists?.extensions ?? KeyValueList() }
        set { setLists(reasons, newValue) }
    }

    /// The request's number, which follows from its operation.
    public var message: MessageNumber { operation.message }

    mutating func setLists(_ reasons: KeyValueList, _ extensions: KeyValueList) {
        let hasLists = !reasons.isEmpty || !extensions.isEmpty
        lists = hasLists ? Lists(reasons: reasons, extensions: extensions) : nil
    }

    public static func == (left: Request, right: Request) -> Bool {
        left.operation == right.operation && left.reference == right.reference && left.connection == right.connection
            && left.thisDN == right.thisDN && left.reasons == right.reasons && left.extensions == right.extensions
    }
}
