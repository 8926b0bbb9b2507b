public import CallControl
public import CallModel

/// Telephony that is told over a feed.
public final class FeedSwitch: Switch {
    public init() {}

    public func attach(to shard: any Shard, port: SwitchPort) {}

    public func perform(_ command: SwitchCommand, on shard: any Shard) {}
}
