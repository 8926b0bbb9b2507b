/// What a directory number stands for on the switch. The raw values are those of the configuration file.
public enum DNType: String, Sendable, CaseIterable {
    case `extension`
    case acdPosition = "acd-position"
    case acdQueue = "acd-queue"
    case routingPoint = "routing-point"
    case trunk
    case trunkGroup = "trunk-group"
    case voiceTreatmentPort = "voice-treatment-port"

    /// Whether an agent's telephone stands there: the agent side of a recording (Recording contract, "Three ways to
    /// start").
    public var isAgentDN: Bool {
        switch self {
        case .extension, .acdPosition: true
        case .acdQueue, .routingPoint, .trunk, .trunkGroup, .voiceTreatmentPort: false
        }
    }

    /// Whether calls wait there for a target, and nobody speaks: it cannot be recorded.
    public var isQueueOrRoutingPoint: Bool {
        switch self {
        case .acdQueue, .routingPoint: true
        case .extension, .acdPosition, .trunk, .trunkGroup, .voiceTreatmentPort: false
        }
    }

    /// Whether the outside world is reached through it.
    public var isTrunk: Bool {
        switch self {
        case .trunk, .trunkGroup: true
        case .extension, .acdPosition, .acdQueue, .routingPoint, .voiceTreatmentPort: false
        }
    }
}
