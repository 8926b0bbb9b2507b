/// A recording takes up room at a media server, or gives it back: what load limits count.
///
/// It takes a seat with its first start there, and gives it back once it is over there, or never came to be.
public struct CapacityChange: Sendable, Equatable {
    /// The place of the media server in the list.
    public var server: Int
    public var isTaken: Bool

    public init(server: Int, isTaken: Bool) {
        self.server = server
        self.isTaken = isTaken
    }
}
