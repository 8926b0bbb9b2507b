public import TLibrary

/// What tells a request apart that is carried out once, however often it is asked: one whose Extensions have `request-id`
/// (WireFormat, "Idempotent retries"). Shared by all that speaks of it; what the request says is kept as a digest alone.
///
/// Two are the same by ApplicationName, ThisDN, ConnID and `request-id`, to the byte.
public final class IdempotencyKey: Sendable, Hashable {
    /// Where its answer is remembered.
    public enum Scope: Sendable {
        /// Nowhere: it changes nothing, and is answered anew.
        case nothing
        /// In its call.
        case call
        /// With its application: there is no call yet.
        case newCall
        /// With its application: it is about an agent.
        case agent
    }

    public static let key = "request-id"
    /// In bytes of UTF-8.
    public static let maximumLength = 64

    public let scope: Scope
    public let application: String
    public let thisDN: DirectoryNumber
    public let connection: ConnectionID
    /// Empty: what the request has there is no id.
    public let id: String
    /// Of all that the request says, but for its ReferenceID.
    public let digest: UInt64

    public init(_ request: Request, of application: String) {
        scope = request.operation.scopeOfRepeating
        self.application = application
        thisDN = request.thisDN
        connection = request.connection
        id = Self.id(in: request.extensions) ?? ""
        digest = request.digest
    }

    /// Whether the request asks to be one.
    @inline(__always)
    public static func isAsked(_ request: borrowing Request) -> Bool {
        !request.extensions.isEmpty && request.extensions.hasKey(ignoringCase: key)
    }

    /// The refusal of a `request-id` that is none.
    public static func check(_ request: Request) throws(RequestError) {
        if isAsked(request), id(in: request.extensions) == nil { throw unsound }
    }

    public func check() throws(RequestError) {
        if id.isEmpty { throw Self.unsound }
    }

    private static func id(in extensions: KeyValueList) -> String? {
        guard let text = extensions.firstIgnoringCase(key)?.text, (1...maximumLength).contains(text.utf8.count) else {
            return nil
        }
        return text
    }

    private static var unsound: RequestError {
        RequestError(.invalidAttribute, "Extensions request-id is not a string of 1 to 64 bytes.")
    }

    /// The refusal of another request under the same `request-id`.
    public static var differs: RequestError {
        RequestError(.invalidAttribute, "Another request of this application has had this request-id within a minute.")
    }

    /// The refusal where no more can be remembered, for all that is remembered is still to be answered.
    public static var tooMany: RequestError {
        RequestError(
            .resourceUnavailable, "Too many requests with a request-id wait for their answers.", limit: .requestIDs)
    }

    public static func == (left: IdempotencyKey, right: IdempotencyKey) -> Bool {
        left.connection == right.connection && left.thisDN == right.thisDN && left.id.hasSameBytes(as: right.id)
            && left.application.hasSameBytes(as: right.application)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(connection)
        hasher.combine(thisDN)
        hasher.combine(ExactText(id))
        hasher.combine(ExactText(application))
    }

    /// The shard that remembers what this application asks outside of calls. All of it has one home, so that its bound is
    /// one; the same in every run, so that a simulation can be repeated.
    public func home(among shards: Int) -> Int {
        Int(Array(application.utf8).digest % UInt64(shards))
    }
}

extension Request {
    fileprivate var digest: UInt64 {
        var request = self
        request.reference = ReferenceID(rawValue: 1)
        var bytes: [UInt8] = []
        request.encode(to: &bytes)
        return bytes.digest
    }
}

extension [UInt8] {
    /// FNV-1a. Whoever found two requests with the same one would get the answer to the first of their own two.
    fileprivate var digest: UInt64 {
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in self { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return digest ^ digest >> 32
    }
}

extension TLibrary.Operation {
    fileprivate var scopeOfRepeating: IdempotencyKey.Scope {
        switch self {
        case .registerClient, .queryServer, .queryAddress, .registerAddress, .unregisterAddress, .queryCall: .nothing
        case .makeCall, .makePredictiveCall: .newCall
        case .agentLogin, .agentLogout, .agentReady, .agentNotReady: .agent
        case .answerCall, .releaseCall, .holdCall, .retrieveCall, .clearCall, .redirectCall, .routeCall,
            .initiateTransfer, .completeTransfer, .muteTransfer, .singleStepTransfer, .initiateConference,
            .completeConference, .singleStepConference, .deleteFromConference, .alternateCall, .reconnectCall,
            .mergeCalls, .attachUserData, .updateUserData, .deleteUserData, .deletePair, .privateService:
            .call
        }
    }
}
