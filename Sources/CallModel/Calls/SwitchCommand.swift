public import TLibrary

/// What a T-Client asks of the switch, once the call has found it sound.
public struct SwitchCommand: Sendable, Equatable {
    /// Names a command within its call.
    public struct ID: RawRepresentable, Hashable, Sendable {
        public let rawValue: UInt32

        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }
    }

    public enum Verb: Sendable, Equatable {
        /// RequestMakeCall: the call exists, without parties.
        indirect case make(from: DirectoryNumber, to: DirectoryNumber)
        case answer(DirectoryNumber)
        case release(DirectoryNumber)
        case hold(DirectoryNumber)
        case retrieve(DirectoryNumber)
        /// RequestRouteCall: from the routing point to the destination.
        indirect case route(from: DirectoryNumber, to: DirectoryNumber, RouteType)
    }

    public var id: ID
    public var connection: ConnectionID
    public var verb: Verb
    /// Who is in the call at that moment.
    public var parties: [Party]

    public init(id: ID, connection: ConnectionID, verb: Verb, parties: [Party] = []) {
        self.id = id
        self.connection = connection
        self.verb = verb
        self.parties = parties
    }
}

/// What the switch says of a call.
public struct SwitchReport: Sendable, Equatable {
    public enum Event: Sendable, Equatable {
        /// A call is placed: the caller is dialing, and the destination rings, or waits in a queue.
        case placed(from: DirectoryNumber, to: DirectoryNumber, state: Party.State)
        /// A DN has come into the call: dialing, queued, ringing, or established at once.
        case joined(DirectoryNumber, role: DNRole, state: Party.State)
        /// A party that was dialing or ringing speaks. One report for each party.
        case established(DirectoryNumber)
        case held(DirectoryNumber)
        case retrieved(DirectoryNumber)
        /// A routing point asks where the call should go.
        case routeRequested(at: DirectoryNumber)
        /// The routing point took the destination that a client gave.
        case routeUsed(at: DirectoryNumber, to: DirectoryNumber)
        /// The call left a queue or routing point for another DN.
        case diverted(from: DirectoryNumber, to: DirectoryNumber)
        /// The destination is busy; the party named hears it.
        case destinationBusy(DirectoryNumber)
        /// A party is out of the call.
        case released(DirectoryNumber, CallState)
        /// The caller gave up before this party answered.
        case abandoned(DirectoryNumber)
        /// Where the media of this party is carried, from now on; `nil`: nowhere. A recording that begins from here on
        /// is one of this session.
        case media(DirectoryNumber, MediaSession?)
        /// The same, of a call that lived before this engine did: what is recorded of it, nobody here has asked for.
        case inherited(DirectoryNumber, MediaSession)
        /// The command was turned down, and changed nothing.
        case refused(Refused)
    }

    public var connection: ConnectionID
    /// The command that this answers; `nil`: the switch reports of its own accord.
    public var command: SwitchCommand.ID?
    public var event: Event

    /// The answer to a command: what came of it first.
    public init(answering command: SwitchCommand, _ event: Event) {
        self.init(connection: command.connection, command: command.id, event: event)
    }

    public init(connection: ConnectionID, command: SwitchCommand.ID? = nil, event: Event) {
        self.connection = connection
        self.command = command
        self.event = event
    }
}
