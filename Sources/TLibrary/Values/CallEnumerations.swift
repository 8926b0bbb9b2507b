/// What kind of call it is, seen from the switch (T-Library CallType).
public struct CallType: OpenEnumeration {
    public static let unknown = CallType(rawValue: 0)
    public static let `internal` = CallType(rawValue: 1)
    public static let inbound = CallType(rawValue: 2)
    public static let outbound = CallType(rawValue: 3)
    public static let consult = CallType(rawValue: 4)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

/// Why a party left, or how its call went (T-Library CallState). T-Library has more of them; these are the ones that a
/// switch without diallers and tone detectors can tell.
public struct CallState: OpenEnumeration {
    public static let ok = CallState(rawValue: 0)
    public static let transferred = CallState(rawValue: 1)
    public static let conferenced = CallState(rawValue: 2)
    public static let generalError = CallState(rawValue: 3)
    public static let systemError = CallState(rawValue: 4)
    public static let remoteRelease = CallState(rawValue: 5)
    public static let busy = CallState(rawValue: 6)
    public static let noAnswer = CallState(rawValue: 7)
    public static let sitDetected = CallState(rawValue: 8)
    public static let answeringMachine = CallState(rawValue: 9)
    public static let allTrunksBusy = CallState(rawValue: 10)
    public static let fax = CallState(rawValue: 17)
    public static let queueFull = CallState(rawValue: 18)
    public static let cleared = CallState(rawValue: 19)
    public static let overflowed = CallState(rawValue: 20)
    public static let abandoned = CallState(rawValue: 21)
    public static let redirected = CallState(rawValue: 22)
    public static let forwarded = CallState(rawValue: 23)
    public static let consult = CallState(rawValue: 24)
    public static let pickedUp = CallState(rawValue: 25)
    public static let dropped = CallState(rawValue: 26)
    public static let droppedNoAnswer = CallState(rawValue: 27)
    public static let unknown = CallState(rawValue: 28)
    public static let covered = CallState(rawValue: 29)
    public static let converseOn = CallState(rawValue: 30)
    public static let bridged = CallState(rawValue: 31)
    public static let silence = CallState(rawValue: 32)
    public static let answer = CallState(rawValue: 33)
    public static let deafened = CallState(rawValue: 49)
    public static let held = CallState(rawValue: 50)
    public static let doNotCall = CallState(rawValue: 51)
    public static let cancel = CallState(rawValue: 52)
    public static let wrongNumber = CallState(rawValue: 53)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

/// The part that a DN plays in a call or in one change of it (T-Library DNRole).
public struct DNRole: OpenEnumeration {
    public static let unknown = DNRole(rawValue: 0)
    public static let origination = DNRole(rawValue: 1)
    public static let destination = DNRole(rawValue: 2)
    public static let conferenceMember = DNRole(rawValue: 3)
    public static let newParty = DNRole(rawValue: 4)
    public static let addedBy = DNRole(rawValue: 5)
    public static let deletedBy = DNRole(rawValue: 6)
    public static let transferredBy = DNRole(rawValue: 7)
    public static let deletedParty = DNRole(rawValue: 8)
    public static let conferencedBy = DNRole(rawValue: 9)
    public static let observer = DNRole(rawValue: 10)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

/// Why a call came or changed, where the switch knows (T-Library Cause).
public struct Cause: OpenEnumeration {
    public static let empty = Cause(rawValue: 0)
    public static let acd = Cause(rawValue: 1)
    public static let busy = Cause(rawValue: 2)
    public static let noAnswer = Cause(rawValue: 3)
    public static let reject = Cause(rawValue: 4)
    public static let route = Cause(rawValue: 5)
    public static let coverage = Cause(rawValue: 6)
    public static let converseOn = Cause(rawValue: 7)
    public static let forward = Cause(rawValue: 8)
    public static let redirect = Cause(rawValue: 9)
    public static let transfer = Cause(rawValue: 10)
    public static let singleStepTransfer = Cause(rawValue: 11)
    public static let conference = Cause(rawValue: 12)
    public static let answeringMachineDetected = Cause(rawValue: 13)
    public static let fax = Cause(rawValue: 14)
    public static let sit = Cause(rawValue: 15)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

/// What a party does in its call (T-Library PartyState): one state in the low four bits, and marks above them.
///
/// EventPartyInfo gives it as `ps-1`, `ps-2` … (WireFormat, Events).
public struct PartyStateBits: OpenEnumeration {
    public static let initiated = PartyStateBits(rawValue: 0x1)
    public static let queued = PartyStateBits(rawValue: 0x9)
    public static let alerting = PartyStateBits(rawValue: 0xA)
    public static let busy = PartyStateBits(rawValue: 0xB)
    public static let connected = PartyStateBits(rawValue: 0xC)
    public static let callProgress = PartyStateBits(rawValue: 0xD)
    public static let held = PartyStateBits(rawValue: 0xE)
    public static let failed = PartyStateBits(rawValue: 0xF)

    public static let noListen = PartyStateBits(rawValue: 0x10)
    public static let noTalk = PartyStateBits(rawValue: 0x20)
    public static let bridged = PartyStateBits(rawValue: 0x40)
    public static let audit = PartyStateBits(rawValue: 0x80)
    public static let serviceObserving = PartyStateBits(rawValue: 0xA0)
    public static let treatmentRequired = PartyStateBits(rawValue: 0x100)
    public static let treatment = PartyStateBits(rawValue: 0x200)
    public static let routing = PartyStateBits(rawValue: 0x800)
    public static let dialing = PartyStateBits(rawValue: 0x10000)
    public static let uncertain = PartyStateBits(rawValue: 0x20000)

    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// The state without its marks.
    public var state: PartyStateBits { PartyStateBits(rawValue: rawValue & 0xF) }

    /// A state with a mark, or two marks together.
    public static func | (left: PartyStateBits, right: PartyStateBits) -> PartyStateBits {
        PartyStateBits(rawValue: left.rawValue | right.rawValue)
    }
}
