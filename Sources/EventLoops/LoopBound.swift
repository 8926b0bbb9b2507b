import Synchronization

/// An actor that lives on one shard, and so can be entered by whoever runs there without a hop.
///
/// Entries go one way: connection, session, router, call, then what a call carries out. Each kind of actor has a
/// ``rank``, and an entry made within another goes to a higher one; so no actor is entered again in the middle of its
/// own work. Timers, media answers and other shards come in with a later turn (Architecture, rule 4).
public protocol LoopBound: Actor {
    nonisolated var seat: ShardSeat { get }

    /// The place of this kind of actor on the way of a request. Checked in debug builds.
    static var rank: Int { get }
}

extension LoopBound {
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe seat.shard.asUnownedSerialExecutor()
    }

    /// Runs `body` on this actor, now, on the calling thread, which must be its shard's. `body` captures nothing: what
    /// it needs comes in as `input`. Costs no allocation.
    ///
    /// It is the standard library's `assumeIsolated` without its two allocations: a function that is isolated to an
    /// actor differs from one that is not only in who may call it, and the precondition has just shown that we may.
    /// Inlinable, and so public: servers and drivers in other modules enter a few times for each frame, and unspecialised
    /// an entry costs 100 ns.
    @available(*, noasync)
    @inlinable
    @inline(__always)
    public nonisolated func enter<Input: Sendable & ~Copyable & ~Escapable, Output: Sendable>(
        _ input: borrowing Input, _ body: @escaping (isolated Self, borrowing Input) -> Output
    ) -> Output {
        precondition(seat.shard.isCurrent, "An actor is entered on its own shard only.")
        #if DEBUG
            let outer = seat.begin(Self.rank)
            defer { seat.end(outer) }
        #endif
        typealias Entered = (Self, borrowing Input) -> Output
        let entered = unsafe unsafeBitCast(body, to: Entered.self)
        return entered(self, input)
    }

    /// The same, with something that `body` changes or appends to.
    @available(*, noasync)
    @inlinable
    @inline(__always)
    public nonisolated func enter<Input: Sendable & ~Copyable & ~Escapable, Sink: Sendable & ~Copyable>(
        _ input: borrowing Input, _ sink: inout Sink,
        _ body: @escaping (isolated Self, borrowing Input, inout Sink) -> Void
    ) {
        precondition(seat.shard.isCurrent, "An actor is entered on its own shard only.")
        #if DEBUG
            let outer = seat.begin(Self.rank)
            defer { seat.end(outer) }
        #endif
        typealias Entered = (Self, borrowing Input, inout Sink) -> Void
        let entered = unsafe unsafeBitCast(body, to: Entered.self)
        entered(self, input, &sink)
    }
}

/// A shard, as the actors that live on it know it.
public final class ShardSeat: Sendable {
    public let shard: any EventLoop
    /// The rank of the innermost entry under way; only the shard's thread touches it.
    private let depth = Atomic<Int>(0)

    public init(_ shard: any EventLoop) {
        self.shard = shard
    }

    #if DEBUG
        @usableFromInline func begin(_ rank: Int) -> Int {
            let outer = depth.load(ordering: .relaxed)
            precondition(rank > outer, "An entry goes on towards the wire, never back into what it came from.")
            depth.store(rank, ordering: .relaxed)
            return outer
        }

        @usableFromInline func end(_ outer: Int) {
            depth.store(outer, ordering: .relaxed)
        }
    #endif
}
