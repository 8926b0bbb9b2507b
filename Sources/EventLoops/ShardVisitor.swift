/// A way onto a shard for what is done once: starting, stopping, looking in. Not for messages.
package actor ShardVisitor: LoopBound {
    package static let rank = 1

    package nonisolated let seat: ShardSeat

    package init(_ shard: any EventLoop) {
        seat = ShardSeat(shard)
    }

    /// Runs `work` on the shard.
    package func run<Output: Sendable>(_ work: @Sendable () -> Output) -> Output {
        work()
    }

    /// Comes back on the shard, `duration` from now at the earliest.
    package func pause(for duration: Duration) async {
        let shard = seat.shard
        await withCheckedContinuation { continuation in
            _ = shard.after(duration) { continuation.resume() }
        }
    }
}
