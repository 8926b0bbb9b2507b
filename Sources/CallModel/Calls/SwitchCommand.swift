public import EventLoops
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

        /// RequestMakePredictiveCall: the call exists, without parties; once the called one has answered it waits at
        /// `from`, a queue or routing point.
        indirect case predict(from: DirectoryNumber, to: DirectoryNumber)
        /// RequestClearCall, or a predictive call that nobody has answered in time: all parties are released.
        case clear(by: DirectoryNumber, CallState)
        /// RequestRedirectCall: from the ringing party to another.
        indirect case redirect(from: DirectoryNumber, to: DirectoryNumber)
        /// RequestSingleStepTransfer and RequestMuteTransfer: the party is replaced by another, which rings.
        indirect case transfer(from: DirectoryNumber, to: DirectoryNumber)
        /// RequestSingleStepConference.
        indirect case add(DirectoryNumber, by: DirectoryNumber)
        /// RequestDeleteFromConference.
        indirect case remove(DirectoryNumber, by: DirectoryNumber)

        // Two calls, of which this command's is the first.
        /// RequestInitiateTransfer and RequestInitiateConference: the party holds this call, and calls `to` in the
        /// other, which exists, without parties.
        indirect case consult(by: DirectoryNumber, to: DirectoryNumber, in: ConnectionID)
        /// RequestCompleteTransfer, RequestCompleteConference and RequestMergeCalls: the other call becomes part of this
        /// one. The party leaves both, or stays in this one.
        indirect case merge(ConnectionID, by: DirectoryNumber, Merging)
        /// RequestAlternateCall: the party holds this call and retrieves the other.
        indirect case alternate(DirectoryNumber, to: ConnectionID)
        /// RequestReconnectCall: the party leaves this call and retrieves the other.
        indirect case reconnect(DirectoryNumber, to: ConnectionID)
    }

    /// What becomes of the party that makes one call of two.
    public enum Merging: Sendable, Equatable {
        /// It leaves: the others are left to each other.
        case transfer
        /// It stays: all are in one call.
        case conference
    }

    public var id: ID
    public var connection: ConnectionID
    public var verb: Verb
    /// Who is in the call at that moment, as the engine knows it.
    public var parties: [Party]
    /// Who asked for it; `nil`: nobody did.
    public var asker: RequestContext?

    public init(id: ID, connection: ConnectionID, verb: Verb, parties: [Party] = [], asker: RequestContext? = nil) {
        self.id = id
        self.connection = connection
        self.verb = verb
        self.parties = parties
        self.asker = asker
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
        /// The target of a route could not be reached, and never was in the call: the recording of the side that the
        /// route asked for is dropped. A caller that is to be told of a busy target gets `destinationBusy` as well.
        case targetFailed(DirectoryNumber)
        /// A party is out of the call.
        case released(DirectoryNumber, CallState)
        /// The caller gave up before this party answered.
        case abandoned(DirectoryNumber)
        /// The called party of a predictive call has answered: the call waits at this queue or routing point.
        case queued(DirectoryNumber)
        /// A party is replaced by another, which is ringing, queued, or speaks at once.
        case transferred(from: DirectoryNumber, to: DirectoryNumber, state: Party.State)
        /// A ringing party is replaced by another.
        case redirected(from: DirectoryNumber, to: DirectoryNumber, state: Party.State)
        /// A DN has come into the call on a party's behalf.
        case added(DirectoryNumber, by: DirectoryNumber, state: Party.State)
        /// A party is out of the call, on another's behalf.
        case removed(DirectoryNumber, by: DirectoryNumber)
        /// All parties are out, on this one's behalf.
        case cleared(by: DirectoryNumber, CallState)
        /// The other call is part of this one. Reported of this call alone; nothing more is reported of the other.
        case merged(ConnectionID, by: DirectoryNumber, SwitchCommand.Merging)
        /// Where the media of this party is carried, from now on; `nil`: nowhere. A recording that begins from here on
        /// is one of this session.
        case media(DirectoryNumber, MediaSession?)
        /// The same, of a call that lived before this engine did: what is recorded of it, nobody here has asked for.
        case inherited(DirectoryNumber, MediaSession)
        /// From where this party sends its audio as RTP, from now on; `nil`: not known. A port of 0 stands for any.
        case source(DirectoryNumber, SocketAddress?)
        /// The command was turned down, and changed nothing.
        case refused(RequestError)
    }

    public var connection: ConnectionID
    /// The command that this answers; `nil`: the switch reports of its own accord.
    public var command: SwitchCommand.ID?
    public var event: Event
    /// Whose request brought it about, where `command` does not say it: events with that request's ThisDN have its
    /// Reasons.
    public var asker: RequestContext?

    /// The answer to a command: what came of it first.
    public init(answering command: SwitchCommand, _ event: Event) {
        self.init(connection: command.connection, command: command.id, event: event)
    }

    /// What else came of a command, behind its answer: of its call, or of another.
    public init(following command: SwitchCommand, of connection: ConnectionID, _ event: Event) {
        self.init(connection: connection, event: event)
        asker = command.asker
    }

    public init(connection: ConnectionID, command: SwitchCommand.ID? = nil, event: Event) {
        self.connection = connection
        self.command = command
        self.event = event
    }
}
