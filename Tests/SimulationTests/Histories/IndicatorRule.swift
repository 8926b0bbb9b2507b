import CallControlTesting
import TLibrary

/// *The lamp tells the truth*: what a client sees of a call's recordings is, in order, what was confirmed, each change
/// once.
struct IndicatorRule {
    let truth: Oracle
    let view: CallView

    /// What is wrong, in one sentence; `nil`: nothing.
    ///
    /// Where changes stand for others it says nothing: then ``ConflationRule`` holds the view against a whole one.
    var fault: String? {
        guard !view.hasConflated, let span = view.span else { return nil }
        // Of what happened in the very moment in which the DN came into the call, it may have seen any part.
        let before = truth.changes.count { $0.time < span.lowerBound }
        let atMost = truth.changes.count { $0.time <= span.lowerBound }
        var first: String?
        for start in before...atMost {
            guard let fault = fault(from: start, until: span.upperBound) else { return nil }
            first = first ?? fault
        }
        return first.map { "\(view.name): \($0)" }
    }

    private func fault(from start: Int, until end: Duration) -> String? {
        var lamp = RecordingIndicator()
        for change in truth.changes[..<start] { lamp.set(change.recording, change.state.rawValue) }
        if let first = view.events.first, first.message == .eventRegistered {
            let shown = CallView.lamp(in: first)
            // Before anything is confirmed there is no lamp, or one that a failed start has set to Off.
            guard (shown ?? "Off") == lamp.shown else {
                return "the snapshot shows \(shown ?? "nothing") where \(lamp.shown) is true"
            }
        }
        var rest = truth.changes[start...]
        for seen in view.changes {
            while let next = rest.first, next.hasCome, seen.time.map({ next.time <= $0 }) ?? true {
                lamp.set(next.recording, next.state.rawValue)
                rest.removeFirst()
            }
            let before = rest
            let isWarning = lamp.setWarning(seen.recording, seen.warning)
            if !follow(seen, isWarning, &rest, &lamp) {
                let next = before.first.map { "\($0.recording) \($0.state)" } ?? "nothing more"
                return "sees \(seen.recording) \(seen.state) \(seen.reason ?? "") where \(next) was confirmed"
            }
            if seen.lamp != lamp.shown { letCome(upTo: seen.time, &rest, &lamp) }
            if seen.lamp != lamp.shown {
                return "shows \(seen.lamp ?? "nothing") where \(lamp.shown) is true, at \(seen.recording) \(seen.state)"
            }
        }
        for missed in rest
        where !missed.hasCome && missed.time < end && lamp.state(of: missed.recording) != missed.state.rawValue {
            return "never sees \(missed.recording) \(missed.state), confirmed at \(missed.time)"
        }
        return nil
    }

    /// What came into the call in the moment of a change may have come before it.
    private func letCome(
        upTo time: Duration?, _ rest: inout ArraySlice<Oracle.Change>, _ lamp: inout RecordingIndicator
    ) {
        while let place = rest.firstIndex(where: { change in change.hasCome && change.time <= time ?? .zero }) {
            let come = rest.remove(at: place)
            lamp.set(come.recording, come.state.rawValue)
        }
    }

    /// Goes on in the truth to what is seen. `false`: it was not true.
    private func follow(
        _ seen: CallView.Change, _ isWarning: Bool, _ rest: inout ArraySlice<Oracle.Change>,
        _ lamp: inout RecordingIndicator
    ) -> Bool {
        let stays = seen.state == lamp.state(of: seen.recording)
        // A failure or a warning is told though the state stays.
        if stays { return isWarning || seen.reason != nil }
        // Of several that change in one moment, it is not known of all which is the first.
        if let next = rest.first,
            let same = rest.firstIndex(where: { $0.time == next.time && $0.recording == seen.recording }),
            !rest[same].hasCome, rest[..<same].allSatisfy({ $0.mayFollow(rest[same]) })
        {
            rest.insert(rest.remove(at: same), at: rest.startIndex)
        }
        while let next = rest.popFirst() {
            guard lamp.state(of: next.recording) != next.state.rawValue else { continue }
            lamp.set(next.recording, next.state.rawValue)
            if next.hasCome { continue }
            guard next.recording == seen.recording, next.state.rawValue == seen.state else { return false }
            guard next.file == nil || next.file == seen.file else { return false }
            return !next.isGivenUp || seen.reason != nil
        }
        return false
    }
}
