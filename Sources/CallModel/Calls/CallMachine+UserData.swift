import TLibrary

/// User data: WireFormat, "User data".
extension CallMachine {
    mutating func attach(
        _ list: KeyValueList, _ request: Request, _ asker: Asker, _ step: inout CallStep
    ) throws(Refused) {
        _ = try party(of: request, step)
        try checkNotEmpty(list)
        try check(list, &step)
        step.facts.userData.append(contentsOf: list)
        announceData(asker, &step)
    }

    mutating func update(
        _ list: KeyValueList, _ request: Request, _ asker: Asker, _ step: inout CallStep
    ) throws(Refused) {
        _ = try party(of: request, step)
        try checkNotEmpty(list)
        try checkKeys(list)
        var updated = step.facts.userData
        updated.update(with: list)
        try checkSize(updated)
        step.facts.userData = updated
        announceData(asker, &step)
    }

    mutating func deletePair(
        _ key: String, _ request: Request, _ asker: Asker, _ step: inout CallStep
    ) throws(Refused) {
        _ = try party(of: request, step)
        guard !RecordingKey.isOwn(key) else { throw Self.ownKey }
        guard step.facts.userData.removeAll(key) > 0 else {
            throw Refused(.invalidAttribute, "The call's user data has no pair with this DataKey.")
        }
        announceData(asker, &step)
    }

    mutating func deleteUserData(_ request: Request, _ asker: Asker, _ step: inout CallStep) throws(Refused) {
        _ = try party(of: request, step)
        step.facts.userData.removeAll { RecordingKey.isOwn($0) }
        announceData(asker, &step)
    }

    /// Whether pairs may be appended.
    func check(_ list: KeyValueList, _ step: inout CallStep) throws(Refused) {
        guard !list.isEmpty else { return }
        try checkKeys(list)
        var appended = step.facts.userData
        appended.append(contentsOf: list)
        try checkSize(appended)
    }

    private func checkNotEmpty(_ list: KeyValueList) throws(Refused) {
        guard !list.isEmpty else { throw Refused(.invalidAttribute, "UserData is empty.") }
    }

    private func checkKeys(_ list: KeyValueList) throws(Refused) {
        guard !list.hasKey(ignoringCase: RecordingKey.fileName),
            !list.hasKey(ignoringCase: RecordingKey.indication)
        else { throw Self.ownKey }
    }

    /// The limit is on what clients set: the engine's two pairs do not count.
    private func checkSize(_ list: KeyValueList) throws(Refused) {
        guard list.packed.count > rules.userDataLimit else { return }
        var theirs = list
        theirs.removeAll { !RecordingKey.isOwn($0) }
        guard theirs.packed.count <= rules.userDataLimit else {
            throw Refused(
                .invalidAttribute, "The call's user data would be over its limit of \(rules.userDataLimit) bytes.")
        }
    }

    private static var ownKey: Refused {
        Refused(.accessRestricted, "The keys GSIP_RECORD and GSIP_REC_FN are the server's own.")
    }

    private func announceData(_ asker: Asker, _ step: inout CallStep) {
        step.outcome.events.append(
            CallEvent(
                .eventAttachedDataChanged, to: .everyParty, step.facts, asker: asker, isAnswer: true,
                thirdParty: asker.thisDN))
    }
}
