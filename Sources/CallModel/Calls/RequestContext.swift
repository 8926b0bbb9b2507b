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

/// Who asked for what: all that an answer must say of the request that it answers. Shared by all that speaks of it.
public final class RequestContext: Sendable, Equatable {
    public let client: ClientID
    public let reference: ReferenceID
    public let message: MessageNumber
    public let thisDN: DirectoryNumber
    /// Of a RequestPrivateService; 0 for any other request.
    public let privateMessage: Int32
    public let reasons: KeyValueList
    /// For the records of recordings.
    public let extensions: KeyValueList
    /// Where the request may be asked again: by what its answer is remembered.
    public let repeatable: IdempotencyKey?

    public init(_ request: Request, from client: ClientID, repeatable: IdempotencyKey? = nil) {
        self.client = client
        self.repeatable = repeatable
        reference = request.reference
        message = request.message
        thisDN = request.thisDN
        reasons = request.reasons
        extensions = request.extensions
        if case .privateService(let number) = request.operation {
            privateMessage = number
        } else {
            privateMessage = 0
        }
    }

    public static func == (left: RequestContext, right: RequestContext) -> Bool {
        left.client == right.client && left.reference == right.reference && left.message == right.message
            && left.thisDN == right.thisDN && left.privateMessage == right.privateMessage
            && left.reasons == right.reasons && left.extensions == right.extensions
            && left.repeatable == right.repeatable
    }
}
