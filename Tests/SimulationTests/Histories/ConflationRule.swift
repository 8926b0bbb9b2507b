import CallControlTesting
import TLibrary

/// What a client got of a call is what somebody got who always kept up, in the same order: but for the changes that later
/// ones stand for, each of which says for how many (WireFormat, "Slow consumers"). A session that is taken up
/// misses nothing more, and gets nothing twice.
struct ConflationRule {
    /// Of the client that kept up.
    let whole: CallView
    let view: CallView
    /// Requests of the client that have a `request-id`.
    var repeated: Set<ReferenceID> = []

    /// What is wrong, in one sentence; `nil`: nothing.
    var fault: String? {
        let numbers = Set(whole.events.compactMap(\.sequenceNumber))
        let seen = Dictionary(grouping: view.events.filter { $0.sequenceNumber != nil && !isMadeAnew($0, numbers) }) {
            $0.sequenceNumber ?? 0
        }
        if let twice = seen.first(where: { $0.value.count > 1 }) { return "\(view.name) gets \(twice.key) twice" }
        if let unknown = seen.keys.first(where: { !numbers.contains($0) }) {
            return "\(view.name) gets \(unknown), which nobody else does"
        }
        guard let start = whole.events.firstIndex(where: { $0.sequenceNumber.map { seen[$0] != nil } ?? false }) else {
            return nil
        }
        return fault(from: start, seen.compactMapValues(\.first))
    }

    /// An answer to a request that was asked again: made anew, for the asker alone.
    private func isMadeAnew(_ event: Event, _ known: Set<UInt64>) -> Bool {
        guard let reference = event.referenceID, let number = event.sequenceNumber else { return false }
        return repeated.contains(reference) && !known.contains(number)
    }

    private func fault(from start: Int, _ seen: [UInt64: Event]) -> String? {
        // Missing events that nobody stands for yet, by what they are about: each for itself and those it stood for.
        var missing: [String: Int32] = [:]
        for (place, event) in whole.events.enumerated().dropFirst(start) {
            guard let number = event.sequenceNumber else { continue }
            let mine = seen[number]
            guard event.message == .eventAttachedDataChanged else {
                if mine == nil { return "\(view.name) never gets \(event.message) \(number)" }
                continue
            }
            let subject = CallView.recording(in: event)?.first("id")?.text ?? ""
            var standsFor = missing.removeValue(forKey: "") ?? 0
            if !subject.isEmpty { standsFor += missing.removeValue(forKey: subject) ?? 0 }
            guard let mine else {
                missing[subject, default: 0] += standsFor + 1
                continue
            }
            let says = mine.extensions?.first("conflated")?.integer ?? 0
            // What went before the first that is seen is not known: it may have been in a snapshot.
            guard says == standsFor || place == start else {
                return "\(view.name): \(number) stands for \(standsFor) and says \(says)"
            }
        }
        guard missing.isEmpty else { return "\(view.name): nobody stands for \(missing)" }
        return nil
    }
}
