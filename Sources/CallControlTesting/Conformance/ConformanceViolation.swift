/// What a driver did, or left undone, against its contract.
public struct ConformanceViolation: Error, Sendable, CustomStringConvertible {
    /// The scenario's name.
    public internal(set) var scenario = ""
    /// One sentence.
    public let reason: String

    init(_ reason: String) {
        self.reason = reason
    }

    public var description: String { scenario.isEmpty ? reason : "\(scenario): \(reason)" }
}
