import CallModel
import EventLoops

/// What a line says of a party's media: where it is carried, from where the party sends, or both.
struct FeedMedia: Equatable {
    var tellsSession = false
    /// `nil`: there is none any more.
    var session: MediaSession?
    var tellsSource = false
    /// `nil`: it is not known any more.
    var source: SocketAddress?
}
