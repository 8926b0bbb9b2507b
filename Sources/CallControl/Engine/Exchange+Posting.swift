extension Exchange {
    /// Has `work` run on this shard, in a turn. May be called on any thread.
    package func post(_ work: @escaping @Sendable () -> Void) {
        mailbox.post(.errand(work))
    }
}
