import CallModel
package import EventLoops

extension CallControlEngine {
    /// Hands to swift-metrics what the shards have counted. ``run()`` does so every ``EngineConfiguration/metricsInterval``;
    /// whoever is asked for metrics does so before it answers. May be called on any thread.
    public func flushMetrics() {
        plan.counters.flush(
            EngineCounters.GaugeValues(
                backlogBytes: plan.backlog.now, userDataBytes: plan.userData.now, unopened: plan.unopened.count))
    }

    /// A way to look into the engine from one of its shards. Precondition: the configuration says `isInspected`.
    package func inspection(from shard: any EventLoop) -> Introspection {
        precondition(configuration.isInspected, "An engine is looked into where its configuration says so.")
        return Introspection(of: exchanges, plan.mailboxes, for: shard.index)
    }

    // MARK: - The timer, on the first shard

    struct FlushTimer {
        var timer: (any Timer)?
    }

    func flushLater() {
        guard configuration.metricsInterval > .zero else { return }
        let timer = shards[0].after(configuration.metricsInterval) { [weak self] in
            guard let self else { return }
            flushMetrics()
            flushLater()
        }
        flushes.withLock { $0.timer = timer }
    }

    func stopFlushing() {
        flushes.withLock { $0.timer.take() }?.cancel()
    }
}
