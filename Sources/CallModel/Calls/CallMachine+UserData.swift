import TLibrary

/// User data: WireFormat, "User data".
extension CallMachine {
    mutating func attach(
        _ list: KeyValueList, _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) throws(RequestError) {
        _ = try party(of: request)
        try checkNotEmpty(list)
        try check(list, environment, &effects)
        facts.changeUserData(&effects) { $0.append(contentsOf: list) }
        effects.changesUserData = true
        tellData(asker, environment, &effects)
    }

    mutating func update(
        _ list: KeyValueList, _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) throws(RequestError) {
        _ = try party(of: request)
        try checkNotEmpty(list)
        let updated = try updated(with: list, environment)
        facts.changeUserData(&effects) { $0 = updated }
        effects.changesUserData = true
        tellData(asker, environment, &effects)
    }

    mutating func deletePair(
        _ key: String, _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) throws(RequestError) {
        _ = try party(of: request)
        guard !RecordingKeyName.isOwn(key) else { throw Self.ownKey }
        var removed = 0
        facts.changeUserData(&effects) { removed = $0.removeAll(key) }
        guard removed > 0 else {
            throw RequestError(.invalidAttribute, "The call's user data has no pair with this DataKey.")
        }
        effects.changesUserData = true
        tellData(asker, environment, &effects)
    }

    mutating func deleteUserData(
        _ request: Request, _ asker: RequestContext, _ environment: borrowing CallEnvironment, _ effects: inout Effects
    )
        throws(RequestError)
    {
        _ = try party(of: request)
        facts.changeUserData(&effects) { $0.removeAll { RecordingKeyName.isOwn($0) } }
        effects.changesUserData = true
        tellData(asker, environment, &effects)
    }

    /// Whether pairs may be appended.
    func check(_ list: KeyValueList, _ environment: borrowing CallEnvironment, _ effects: inout Effects)
        throws(RequestError)
    {
        guard !list.isEmpty else { return }
        try checkKeys(list)
        var appended = facts.userData
        appended.append(contentsOf: list)
        try checkSize(appended, environment)
        try checkTotal(appended, environment)
    }

    /// What a call that is made has from its request.
    mutating func begin(with list: KeyValueList, _ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        guard !list.isEmpty else { return }
        facts.changeUserData(&effects) { $0.append(contentsOf: list) }
        effects.changesUserData = true
    }

    /// Whether pairs may be set.
    func checkUpdate(_ list: KeyValueList, _ environment: borrowing CallEnvironment) throws(RequestError) {
        guard !list.isEmpty else { return }
        _ = try updated(with: list, environment)
    }

    private func updated(with list: KeyValueList, _ environment: borrowing CallEnvironment) throws(RequestError)
        -> KeyValueList
    {
        try checkKeys(list)
        var updated = facts.userData
        updated.update(with: list)
        try checkSize(updated, environment)
        try checkTotal(updated, environment)
        return updated
    }

    /// The pairs that a call begins with, of what it inherits and of what its request brings.
    func checkAppended(
        _ list: KeyValueList, to inherited: KeyValueList, _ environment: borrowing CallEnvironment
    ) throws(RequestError) -> KeyValueList {
        guard !list.isEmpty else { return inherited }
        try checkKeys(list)
        var whole = inherited
        whole.append(contentsOf: list)
        try checkSize(whole, environment)
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
    private func checkSize(_ list: KeyValueList, _ environment: borrowing CallEnvironment) throws(RequestError) {
        guard list.packed.count > environment.policy.userDataLimit else { return }
        var theirs = list
        theirs.removeAll { !RecordingKeyName.isOwn($0) }
        guard theirs.packed.count <= environment.policy.userDataLimit else {
            throw RequestError(
                .invalidAttribute,
                "The call's user data would be over its limit of \(environment.policy.userDataLimit) bytes.",
                limit: .userData)
        }
    }

    /// The limit of all calls together. Calls that share their user data have a copy each.
    private func checkTotal(_ list: KeyValueList, _ environment: borrowing CallEnvironment) throws(RequestError) {
        guard hasCapacity(for: list, environment) else { throw .noRoomForUserData }
    }

    private func hasCapacity(for list: KeyValueList, _ environment: borrowing CallEnvironment) -> Bool {
        let growth = list.packed.count - facts.userData.packed.count
        return growth <= 0 || growth * (1 + joint.count) <= environment.userDataFree
    }

    private static var ownKey: RequestError {
        RequestError(.accessRestricted, "The keys GSIP_RECORD and GSIP_REC_FN are the server's own.")
    }

    private func tellData(_ asker: RequestContext, _ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        announceData(by: asker.thisDN, asker, environment, &effects)
        share(by: asker.thisDN, environment, &effects)
    }

    private func announceData(
        by dn: DirectoryNumber, _ asker: RequestContext?, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        effects.append(
            CallEvent(
                .eventAttachedDataChanged, to: .everyParty, asker: asker, isAnswer: asker != nil,
                thirdParty: dn))
    }

    // MARK: - Of several calls

    /// Tells the calls with which this one shares its user data what that is now.
    func share(
        by dn: DirectoryNumber, except source: ConnectionID = .none, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        guard !joint.isEmpty else { return }
        let letter = InterCallMessage.shared(
            facts.userData.ofClients, from: facts.identity.connection, by: dn)
        for other in joint where other != source { effects.interCall.append(.write(letter, to: other)) }
    }

    /// What another call shares with this one. The engine's own keys are each call's own.
    mutating func takeShared(
        _ list: KeyValueList, by dn: DirectoryNumber, except source: ConnectionID,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        guard !hasEnded, joint.contains(source), list != facts.userData.ofClients else { return }
        facts.changeUserData(&effects) { $0.replaceClients(with: list) }
        effects.changesUserData = true
        announceData(by: dn, nil, environment, &effects)
        share(by: dn, except: source, environment, &effects)
    }

    /// Another call has become part of this one (option `merged-user-data`). Where both together are more than a call
    /// may have, this one's are kept.
    ///
    /// The limit of all calls together is not asked: both calls' user data were counted before, and a merge that dropped
    /// the other's for want of a few bytes would lose what clients attached. The total may pass its limit so by what
    /// another request took between the end of the one call and this step, and by the copies of calls that share.
    mutating func mergeUserData(
        _ other: KeyValueList, by dn: DirectoryNumber, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        let own = facts.userData.ofClients
        var merged: KeyValueList
        switch environment.policy.mergedUserData {
        case .mainOnly: return
        case .consultOnly: merged = other
        case .mergedOverMain:
            merged = own
            merged.update(with: other)
        case .mergedOverConsult:
            merged = other
            merged.update(with: own)
        }
        guard merged != own, merged.packed.count <= environment.policy.userDataLimit else { return }
        facts.changeUserData(&effects) { $0.replaceClients(with: merged) }
        effects.changesUserData = true
        share(by: dn, environment, &effects)
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
