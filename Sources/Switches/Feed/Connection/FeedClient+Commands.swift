import CallControl
import CallModel
import EventLoops
import Logging
import TLibrary

/// What calls ask of the peer.
extension FeedClient {
    func perform(_ command: SwitchCommand) {
        guard stream == nil || !outbox.isFull else { return refuse(command, FeedCallTable.tooManyCommands) }
        do throws(RequestError) {
            let (line, id) = try book.order(command)
            send(line, id)
        } catch {
            refuse(command, error)
        }
    }

    private func send(_ line: FeedLine, _ id: Int) {
        guard let stream else {
            preconditionFailure("a command is ordered of a peer only that is connected")
        }
        counters.commands.add()
        noteLimit(isOver: false)
        outbox.append(line.bytes, for: stream)
        _ = seat.shard.after(options.timeout) { [self] in
            enter(id) { feed, id in feed.expire(id) }
        }
    }

    private func expire(_ id: Int) {
        var outcome = FeedEffects()
        book.expire(id, RequestError(.timeout, "The telephony has not answered in time."), &outcome)
        if !outcome.reports.isEmpty { counters.expired.add() }
        execute(outcome)
    }

    private func refuse(_ command: SwitchCommand, _ refused: RequestError) {
        if refused == FeedCallTable.tooManyCommands {
            counters.overLimit.add()
            noteLimit(isOver: true)
        }
        port.report(SwitchReport(answering: command, .refused(refused)))
    }

    private func noteLimit(isOver: Bool) {
        guard isOver != isOverLimit else { return }
        isOverLimit = isOver
        if isOver {
            logger.warning("As many commands wait for the feed as may; more are refused.")
        } else {
            logger.notice("The feed takes commands again.")
        }
    }
}
