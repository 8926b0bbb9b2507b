import TLibrary

/// User data: WireFormat, "User data".
extension CallMachine {
    mutating func attach(
        _ list: KeyValueList, _ request: Request, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        _ = try party(of: request, step)
        try checkNotEmpty(list)
        try check(list, &step)
        step.facts.userData.append(contentsOf: list)
        step.changesUserData = true
        tellData(asker, &step)
    }

    mutating func update(
        _ list: KeyValueList, _ request: Request, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        _ = try party(of: request, step)
        try checkNotEmpty(list)
        step.facts.userData = try updated(with: list, step)
        step.changesUserData = true
        tellData(asker, &step)
    }

    mutating func deletePair(
        _ key: String, _ request: Request, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) {
        _ = try party(of: request, step)
        guard !RecordingKeyName.isOwn(key) else { throw Self.ownKey }
        guard step.facts.userData.removeAll(key) > 0 else {
            throw RequestError(.invalidAttribute, "The call's user data has no pair with this DataKey.")
        }
        step.changesUserData = true
        tellData(asker, &step)
    }

    mutating func deleteUserData(_ request: Request, _ asker: RequestContext, _ step: inout CallStep)
        throws(RequestError)
    {
        _ = try party(of: request, step)
        step.facts.userData.removeAll { RecordingKeyName.isOwn($0) }
        step.changesUserData = true
        tellData(asker, &step)
    }

    /// Whether pairs may be appended.
    func check(_ list: KeyValueList, _ step: inout CallStep) throws(RequestError) {
        guard !list.isEmpty else { return }
        try checkKeys(list)
        var appended = step.facts.userData
        appended.append(contentsOf: list)
        try checkSize(appended)
        try checkTotal(appended, step)
    }

    /// What a call that is made has from its request.
    func begin(with list: KeyValueList, _ step: inout CallStep) {
        guard !list.isEmpty else { return }
        step.facts.userData.append(contentsOf: list)
        step.changesUserData = true
    }

    /// Whether pairs may be set.
    func checkUpdate(_ list: KeyValueList, _ step: borrowing CallStep) throws(RequestError) {
        guard !list.isEmpty else { return }
        _ = try updated(with: list, step)
    }

    private func updated(with list: KeyValueList, _ step: borrowing CallStep) throws(RequestError) -> KeyValueList {
        try checkKeys(list)
        var updated = step.facts.userData
        updated.update(with: list)
        try checkSize(updated)
        try checkTotal(updated, step)
        return updated
    }

    /// The pairs that a call begins with, of what it inherits and of what its request brings.
    func checkAppended(_ list: KeyValueList, to inherited: KeyValueList) throws(RequestError) -> KeyValueList {
        guard !list.isEmpty else { return inherited }
        try checkKeys(list)
        var whole = inherited
        whole.append(contentsOf: list)
        try checkSize(whole)
        return whole
    }

    private func checkNotEmpty(_ list: KeyValueList) throws(RequestError) {
        guard !list.isEmpty else { throw RequestError(.invalidAttribute, "UserData is empty.") }
    }

    private func checkKeys(_ list: KeyValueList) throws(RequestError) {
        guard !list.hasKey(ignoringCase: RecordingKeyName.fileName),
            !list.hasKey(ignoringCase: RecordingKeyName.indication)
        else { throw Self.ownKey }
    }

    /// The limit is on what clients set: the engine's two pairs do not count.
    private func checkSize(_ list: KeyValueList) throws(RequestError) {
        guard list.packed.count > rules.userDataLimit else { return }
        var theirs = list
        theirs.removeAll { !RecordingKeyName.isOwn($0) }
        guard theirs.packed.count <= rules.userDataLimit else {
            throw RequestError(
                .invalidAttribute, "The call's user data would be over its limit of \(rules.userDataLimit) bytes.",
                limit: .userData)
        }
    }

    /// The limit of all calls together. Calls that share their user data have a copy each.
    private func checkTotal(_ list: KeyValueList, _ step: borrowing CallStep) throws(RequestError) {
        guard hasCapacity(for: list, step) else { throw .noRoomForUserData }
    }

    private func hasCapacity(for list: KeyValueList, _ step: borrowing CallStep) -> Bool {
        let growth = list.packed.count - step.facts.userData.packed.count
        return growth <= 0 || growth * (1 + joint.count) <= step.userDataFree
    }

    private static var ownKey: RequestError {
        RequestError(.accessRestricted, "The keys GSIP_RECORD and GSIP_REC_FN are the server's own.")
    }

    private func tellData(_ asker: RequestContext, _ step: inout CallStep) {
        announceData(by: asker.thisDN, asker, &step)
        share(by: asker.thisDN, &step)
    }

    private func announceData(by dn: DirectoryNumber, _ asker: RequestContext?, _ step: inout CallStep) {
        step.outcome.events.append(
            CallEvent(
                .eventAttachedDataChanged, to: .everyParty, step.facts, asker: asker, isAnswer: asker != nil,
                thirdParty: dn))
    }

    // MARK: - Of several calls

    /// Tells the calls with which this one shares its user data what that is now.
    func share(by dn: DirectoryNumber, except source: ConnectionID = .none, _ step: inout CallStep) {
        guard !joint.isEmpty else { return }
        let letter = InterCallMessage.shared(
            step.facts.userData.ofClients, from: step.facts.identity.connection, by: dn)
        for other in joint where other != source { step.outcome.dealings.append(.write(letter, to: other)) }
    }

    /// What another call shares with this one. The engine's own keys are each call's own.
    mutating func takeShared(
        _ list: KeyValueList, by dn: DirectoryNumber, except source: ConnectionID, _ step: inout CallStep
    ) {
        guard !step.callHasEnded, joint.contains(source), list != step.facts.userData.ofClients else { return }
        step.facts.userData.replaceClients(with: list)
        step.changesUserData = true
        announceData(by: dn, nil, &step)
        share(by: dn, except: source, &step)
    }

    /// Another call has become part of this one (option `merged-user-data`). Where both together are more than a call
    /// may have, this one's are kept.
    ///
    /// The limit of all calls together is not asked: both calls' user data were counted before, and a merge that dropped
    /// the other's for want of a few bytes would lose what clients attached. The total may pass its limit so by what
    /// another request took between the end of the one call and this step, and by the copies of calls that share.
    mutating func mergeUserData(_ other: KeyValueList, by dn: DirectoryNumber, _ step: inout CallStep) {
        let own = step.facts.userData.ofClients
        var merged: KeyValueList
        switch rules.mergedUserData {
        case .mainOnly: return
        case .consultOnly: merged = other
        case .mergedOverMain:
            merged = own
            merged.update(with: other)
        case .mergedOverConsult:
            merged = other
            merged.update(with: own)
        }
        guard merged != own, merged.packed.count <= rules.userDataLimit else { return }
        step.facts.userData.replaceClients(with: merged)
        step.changesUserData = true
        share(by: dn, &step)
    }
}

extension KeyValueList {
    /// What clients attached: all but the engine's own keys.
    var ofClients: KeyValueList {
        guard hasKey(ignoringCase: RecordingKeyName.fileName) || hasKey(ignoringCase: RecordingKeyName.indication)
        else {
            return self
        }
        var list = KeyValueList()
        for pair in self where !RecordingKeyName.isOwn(pair.key) { list.append(pair.key, pair.value) }
        return list
    }

    /// Sets what clients attached; the engine's own keys stay.
    fileprivate mutating func replaceClients(with list: KeyValueList) {
        removeAll { RecordingKeyName.isOwn($0) }
        let own = self
        self = list
        append(contentsOf: own)
    }
}
