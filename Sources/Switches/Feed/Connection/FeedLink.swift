import CallControl
import EventLoops

/// Brings what happens on the connection to its feed, on the shard.
final class FeedLink: ByteStreamHandler {
    private let feed: FeedClient

    init(_ feed: FeedClient) {
        self.feed = feed
    }

    func received(_ bytes: Span<UInt8>) {
        feed.enter(bytes) { feed, bytes in feed.received(bytes) }
    }

    func becameWritable() {
        feed.enter(()) { feed, _ in feed.becameWritable() }
    }

    func closed() {
        feed.enter(()) { feed, _ in feed.closed() }
    }
}
