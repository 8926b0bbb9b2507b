import CallControl
import CallModel
import EventLoops
import Synchronization

/// What has come for the feeder: one wake for many, as an engine's shard has it.
final class Inbox: Sendable {
    enum Parcel: Sendable {
        case report(MediaReport)
        case work(@Sendable () -> Void)
    }

    private let shard: any EventLoop
    private let parcels = Mutex<[Parcel]>([])

    init(_ shard: any EventLoop) {
        self.shard = shard
    }

    var reports: MediaReports {
        MediaReports(
            deliver: { self.post(.report($0)) },
            run: { _, work in self.post(.work(work)) })
    }

    func post(_ parcel: Parcel) {
        let wasEmpty = parcels.withLock { parcels in
            defer { parcels.append(parcel) }
            return parcels.isEmpty
        }
        if wasEmpty { shard.wake() }
    }

    func takeAll() -> [Parcel] {
        parcels.withLock { parcels in
            defer { parcels = [] }
            return parcels
        }
    }
}
