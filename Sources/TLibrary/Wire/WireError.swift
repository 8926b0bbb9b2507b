/// What is wrong with bytes that should have been a frame or a list.
///
/// `message` is one sentence that a person can act on. It never holds what the bytes said.
public struct WireError: Error, Equatable, Sendable {
    public let code: ErrorCode
    public let message: String

    public init(code: ErrorCode, message: String) {
        self.code = code
        self.message = message
    }

    static func format(_ message: String) -> WireError {
        WireError(code: .elementFormat, message: message)
    }
}
