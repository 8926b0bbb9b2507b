import EventLoops
import TLibrary

/// The requests on a call's recordings that were accepted and whose outcome is not known for all that took their wish.
struct PendingOutcomes: Sendable, Equatable {
    struct OpenRequest: Sendable, Equatable {
        var number: Intent.RequestNumber
        var waiting: Int32
        /// Microseconds since 1970.
        var accepted: Int64
        /// As it is told once it is known of all.
        var result: RecordingRequestResult
    }

    private var open: [OpenRequest] = []
    private var last: Intent.RequestNumber = 0

    /// Opens an accepted request whose wish `count` recordings take.
    mutating func open(
        _ asker: RequestContext, in call: ConnectionID, about addressed: RecordingID?, taken count: Int,
        at moment: Timestamp,
        spare: inout [OpenRequest]
    ) -> Intent.RequestNumber {
        last &+= 1
        if open.capacity == 0 { swap(&open, &spare) }
        open.append(
            OpenRequest(
                number: last, waiting: Int32(count), accepted: moment.wallMicroseconds,
                result: RecordingRequestResult(asker: asker, connection: call, addressed: addressed, entries: [])))
        return last
    }

    /// Takes over the requests of a call that has become part of this one. Their numbers grow by what is returned.
    mutating func adopt(_ other: PendingOutcomes, by call: ConnectionID) -> Intent.RequestNumber {
        let shift = last
        for var request in other.open {
            request.number &+= shift
            request.result.connection = call
            open.append(request)
        }
        last &+= other.last
        return shift
    }

    /// The outcome of a request goes to another who has asked for it again.
    mutating func handOver(from asker: RequestContext, to newer: RequestContext) {
        for place in open.indices where open[place].result.asker.isSame(as: asker) {
            open[place].result.asker = newer
        }
    }

    /// Enters what became of a wish. With the last one of its request the outcome is known, and told as the recordings
    /// stand then: what a client reads in it is never older than the changes before it.
    mutating func settle(
        _ result: borrowing IntentResult, of id: RecordingID, among live: borrowing [Recording],
        spare: inout [OpenRequest]
    ) -> (result: RecordingRequestResult, accepted: Int64)? {
        let number = result.request
        guard let place = open.indices.first(where: { open[$0].number == number }) else { return nil }
        open[place].result.entries.append(
            RecordingRequestResult.Entry(id: id, result: result.result, state: result.state))
        open[place].waiting -= 1
        guard open[place].waiting <= 0 else { return nil }
        let request = open.remove(at: place)
        if open.isEmpty {
            swap(&open, &spare)
            if open.capacity > 0 { open = [] }
        }
        if request.result.entries.only != nil { return (request.result, request.accepted) }
        var result = request.result
        result.entries = []
        for entry in request.result.entries {
            let place = live.indices.first { live[$0].id == entry.id }
            result.entries.append(
                RecordingRequestResult.Entry(
                    id: entry.id, result: entry.result, state: place.map { live[$0].effective } ?? .off))
        }
        return (result, request.accepted)
    }
}
