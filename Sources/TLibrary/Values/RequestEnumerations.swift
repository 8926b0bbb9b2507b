/// What RequestQueryCall asks about a call (T-Library CallInfoType).
public struct CallInfoType: OpenEnumeration {
    public static let parties = CallInfoType(rawValue: 0)
    public static let status = CallInfoType(rawValue: 1)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

/// How RequestRouteCall wants the call routed (T-Library RouteType).
public struct RouteType: OpenEnumeration {
    public static let unknown = RouteType(rawValue: 0)
    public static let `default` = RouteType(rawValue: 1)
    public static let label = RouteType(rawValue: 2)
    public static let overwriteDNIS = RouteType(rawValue: 3)
    public static let ddd = RouteType(rawValue: 4)
    public static let iddd = RouteType(rawValue: 5)
    public static let direct = RouteType(rawValue: 6)
    public static let reject = RouteType(rawValue: 7)
    public static let announcement = RouteType(rawValue: 8)
    public static let postFeature = RouteType(rawValue: 9)
    public static let directAgent = RouteType(rawValue: 10)
    public static let priority = RouteType(rawValue: 11)
    public static let directPriority = RouteType(rawValue: 12)
    public static let agentID = RouteType(rawValue: 13)
    public static let callDisconnect = RouteType(rawValue: 14)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

/// How RequestMakeCall wants the call placed (T-Library MakeCallType).
public struct MakeCallType: OpenEnumeration {
    public static let regular = MakeCallType(rawValue: 0)
    public static let directAgent = MakeCallType(rawValue: 1)
    public static let supervisorAssist = MakeCallType(rawValue: 2)
    public static let priority = MakeCallType(rawValue: 3)
    public static let directPriority = MakeCallType(rawValue: 4)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

/// What RequestMergeCalls makes of the two calls (T-Library MergeType).
public struct MergeType: OpenEnumeration {
    public static let transfer = MergeType(rawValue: 0)
    public static let conference = MergeType(rawValue: 1)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

/// What an agent does between calls, as an agent request says it (T-Library AgentWorkMode).
public struct AgentWorkMode: OpenEnumeration {
    public static let unknown = AgentWorkMode(rawValue: 0)
    public static let manualIn = AgentWorkMode(rawValue: 1)
    public static let autoIn = AgentWorkMode(rawValue: 2)
    public static let afterCallWork = AgentWorkMode(rawValue: 3)
    public static let auxWork = AgentWorkMode(rawValue: 4)
    public static let noCallDisconnect = AgentWorkMode(rawValue: 5)
    public static let walkAway = AgentWorkMode(rawValue: 6)
    public static let returnBack = AgentWorkMode(rawValue: 7)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

/// The part that a server plays in a redundant pair (T-Library ServerRole).
public struct ServerRole: OpenEnumeration {
    public static let primary = ServerRole(rawValue: 0)
    public static let backup = ServerRole(rawValue: 1)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}
