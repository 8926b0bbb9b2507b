/// Where a call is to go, and what is to be attached to it on the way.
public struct Destination: Sendable, Equatable {
    public var otherDN: DirectoryNumber
    /// Empty where the request brings none.
    public var userData: KeyValueList

    public init(otherDN: DirectoryNumber, userData: KeyValueList = [:]) {
        self.otherDN = otherDN
        self.userData = userData
    }
}

/// Places a call from ThisDN.
public struct MakeCall: Sendable, Equatable {
    public var otherDN: DirectoryNumber
    /// Empty where the request brings none.
    public var userData: KeyValueList
    public var type: MakeCallType

    public init(otherDN: DirectoryNumber, userData: KeyValueList = [:], type: MakeCallType = .regular) {
        self.otherDN = otherDN
        self.userData = userData
        self.type = type
    }
}

/// Places a call for which no agent waits yet.
public struct MakePredictiveCall: Sendable, Equatable {
    public var otherDN: DirectoryNumber
    /// Empty where the request brings none.
    public var userData: KeyValueList
    /// In seconds: how long the call may stay unanswered; nil where the request does not say.
    public var timeout: Int32?

    public init(otherDN: DirectoryNumber, userData: KeyValueList = [:], timeout: Int32? = nil) {
        self.otherDN = otherDN
        self.userData = userData
        self.timeout = timeout
    }
}

/// Sends a call on from the routing point that ThisDN is.
public struct RouteCall: Sendable, Equatable {
    public var otherDN: DirectoryNumber
    public var routeType: RouteType
    /// Empty where the request brings none.
    public var userData: KeyValueList

    public init(otherDN: DirectoryNumber, routeType: RouteType = .unknown, userData: KeyValueList = [:]) {
        self.otherDN = otherDN
        self.routeType = routeType
        self.userData = userData
    }
}

/// Makes one call of two.
public struct MergeCalls: Sendable, Equatable {
    /// The call that is merged into the one that ConnID names.
    public var previousConnection: ConnectionID
    public var type: MergeType

    public init(previousConnection: ConnectionID, type: MergeType) {
        self.previousConnection = previousConnection
        self.type = type
    }
}
