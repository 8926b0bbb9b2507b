public import TLibrary

/// Names a T-Client's session in the whole engine.
public struct ClientID: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The session with this serial number on the shard with this index.
    public init(shard: Int, serial: UInt64) {
        rawValue = UInt64(shard) << 48 | serial
    }

    /// The shard that the session lives on.
    public var shard: Int { Int(rawValue >> 48) }

    /// Its number among that shard's.
    public var serial: UInt64 { rawValue & (1 << 48 - 1) }
}

/// Who asked for what: all that an answer must say of the request that it answers.
public struct RequestContext: Sendable, Equatable {
    /// What few requests have.
    private final class Details: Sendable {
        let reasons: KeyValueList
        let extensions: KeyValueList
        let repeatable: IdempotencyKey?

        init(reasons: KeyValueList, extensions: KeyValueList, repeatable: IdempotencyKey?) {
            self.reasons = reasons
            self.extensions = extensions
            self.repeatable = repeatable
        }
    }

    public let client: ClientID
    public let reference: ReferenceID
    public let message: MessageNumber
    /// Of a RequestPrivateService; 0 for any other request.
    public let privateMessage: Int32
    public let thisDN: DirectoryNumber
    private let details: Details?

    public init(_ request: borrowing Request, from client: ClientID, repeatable: IdempotencyKey? = nil) {
        self.client = client
        reference = request.reference
        message = request.message
        thisDN = request.thisDN
        if case .privateService(let number) = request.operation {
            privateMessage = number
        } else {
            privateMessage = 0
        }
        let isPlain = request.reasons.isEmpty && request.extensions.isEmpty && repeatable == nil
        details =
            isPlain
            ? nil
            : Details(reasons: request.reasons, extensions: request.extensions, repeatable: repeatable)
    }

    public var reasons: KeyValueList { details?.reasons ?? KeyValueList() }

    /// For the records of recordings.
    public var extensions: KeyValueList { details?.extensions ?? KeyValueList() }

    /// Where the request may be asked again: by what its answer is remembered.
    public var repeatable: IdempotencyKey? { details?.repeatable }

    /// Whether both are of one request that may be asked again, and not of its repetition.
    func isSame(as other: RequestContext) -> Bool {
        details != nil && details === other.details
    }

    public static func == (left: RequestContext, right: RequestContext) -> Bool {
        left.client == right.client && left.reference == right.reference && left.message == right.message
            && left.thisDN == right.thisDN && left.privateMessage == right.privateMessage
            && left.reasons == right.reasons && left.extensions == right.extensions
            && left.repeatable == right.repeatable
    }
}
