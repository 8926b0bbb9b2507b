import CallModel

/// How a start, and a resume that is one, comes to be proved.
extension RTPEngineCall {
    /// Whether what follows would take the file of what was before.
    private func wouldOverwrite(_ around: RTPEngineEnvironment) -> Bool {
        leftUnnamed && around.traits.keepsState == true && around.traits.namesFiles != true
            && around.traits.showsMetadata != true
    }

    mutating func begin(_ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment) {
        guard let order else { preconditionFailure("A recording begins with an order.") }
        if wouldOverwrite(around) {
            outcome.notes.append(.wouldOverwrite)
            turnDownStart(.refused, &outcome)
            return
        }
        file = nil
        isRetracted = false
        proofEnd = around.now + around.proofTime
        if around.spool != nil, around.traits.namesFiles != false {
            enter(.naming, until: around.now + around.proofTime)
            outcome.orders.append(.name(order.fileName))
        } else {
            sendStart(named: nil, &outcome, around)
        }
    }

    /// A start that has not begun, or that the server turned down: the call-id is free again.
    mutating func turnDownStart(_ failure: MediaFailure, _ outcome: inout RTPEngineEffects) {
        let wasCut = capture == .cut
        refuse(failure, &outcome)
        if !wasCut { release(&outcome) }
    }

    mutating func sendStart(named name: String?, _ outcome: inout RTPEngineEffects, _ around: RTPEngineEnvironment) {
        guard let holder, let order else { preconditionFailure("A start is somebody's.") }
        told = name
        if around.spool != nil { outcome.orders.append(.expect(exact: name)) }
        send(.start, entering: .starting, &outcome)
        outcome.send?.metadata = "connid:\(holder.connection)|recording:\(holder.recording)|file:\(order.fileName)"
        if let name, let spool = around.spool {
            outcome.send?.file = "\(spool)/pcaps/\(name)\(SpoolFile.fileExtension)"
        }
    }

    mutating func started(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        guard reply.result == .ok else { return turnDownStart(.refused, &outcome) }
        if capture != .cut { capture = .doubtful }
        proofEnd = max(proofEnd, around.now + around.proofTime / 3)
        if around.spool == nil {
            // Its answer says all, also one that comes after a repeat.
            send(.query, entering: .asking, &outcome)
        } else if file != nil {
            proveFile(&outcome, &around)
        } else {
            let isFirst = told != nil && around.traits.namesFiles == nil
            enter(.proving, until: isFirst ? around.now + around.proofTime / 3 : proofEnd)
        }
    }

    mutating func found(
        _ file: SpoolFile, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        guard step == .starting || step == .proving else { return }
        self.file = file
        if told != nil || isRetracted { around.traits.namesFiles = file.isAsProposed }
        if isRetracted { outcome.notes.append(.namesFilesItself) }
        if step == .proving { proveFile(&outcome, &around) }
    }

    /// The file is there. A release that uses its name again for the next recording of the call-id is spared that.
    mutating func proveFile(_ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment) {
        guard let file, let order else { preconditionFailure("A file is proved once it is found.") }
        if around.traits.keepsState == nil {
            send(.query, entering: .learning, &outcome)
        } else if around.traits.reusesFiles, file.name == file.original {
            enter(.renaming, until: proofEnd)
            outcome.orders.append(.rename(file, to: order.fileName))
        } else {
            confirmStart(.file, &outcome, around)
        }
    }

    mutating func renamed(
        _ file: SpoolFile, isDone: Bool, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        guard step == .renaming else { return }
        self.file = file
        leftUnnamed = !isDone
        confirmStart(.file, &outcome, around)
    }

    /// What a query says to a start, where no file can be seen.
    mutating func asked(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        guard reply.result == .ok else { return turnDownStart(.refused, &outcome) }
        around.traits.learn(from: reply)
        if let recording = reply.recording {
            recording == .on ? confirmStart(.query, &outcome, around) : disprove(&outcome)
        } else if around.traits.keepsState == true || around.traits.pause == .served {
            // A release that says what it records does not say that it records this.
            disprove(&outcome)
        } else if case .counting(let packets) = step {
            count(reply, since: packets, &outcome, around)
        } else {
            proofEnd = max(proofEnd, around.now + Self.countingTime * 2)
            enter(.counting(reply.packets), until: around.now + Self.countingTime)
        }
    }

    private static let countingTime = Duration.milliseconds(100)

    private mutating func count(
        _ reply: NGReply, since packets: Int, _ outcome: inout RTPEngineEffects, _ around: RTPEngineEnvironment
    ) {
        if reply.packets > packets {
            confirmStart(.packets, &outcome, around)
        } else if around.now >= proofEnd {
            disprove(&outcome)
        } else {
            enter(.counting(packets), until: min(around.now + Self.countingTime, proofEnd))
        }
    }

    mutating func confirmStart(
        _ proof: StartEvidence, _ outcome: inout RTPEngineEffects, _ around: RTPEngineEnvironment
    ) {
        guard let command, let order else { preconditionFailure("A start is confirmed to who asked for it.") }
        let wasCut = capture == .cut
        capture = .on
        segments += 1
        if proof != .file { leftUnnamed = true }
        watch.begin(at: around.now, size: proof == .file ? SpoolFile.emptySize : nil)
        watch.capture.begin(
            file == nil ? .packets : .bytes, resolution: around.pollInterval, at: around.now)
        let name = file?.name ?? order.segmentName(segments)
        if wasCut {
            answer(.resumed(command.id, file: name, proof: proof), &outcome)
        } else {
            answer(.started(command.id, file: name, intake: nil, proof: proof), &outcome)
        }
    }

    /// The time for the proof of a start is over, or the part of it after which the server may choose the name.
    mutating func proofIsLate(_ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment) {
        outcome.orders.append(.stopExpecting)
        if told != nil, around.traits.namesFiles == nil {
            send(.stop, entering: .retracting, &outcome)
        } else {
            let length = SpoolFile.escaped(callID).utf8.count
            if length > SpoolFile.longestCallID { outcome.notes.append(.callIDTooLong(length)) }
            disprove(&outcome)
        }
    }

    mutating func retracted(
        _ reply: NGReply, _ outcome: inout RTPEngineEffects, _ around: inout RTPEngineEnvironment
    ) {
        guard reply.result == .ok else { return turnDownStart(.refused, &outcome) }
        isRetracted = true
        sendStart(named: nil, &outcome, around)
    }
}

extension StartParameters {
    /// A name for a stretch whose file cannot be seen: each has one of its own.
    func segmentName(_ number: Int) -> String {
        guard number > 1 else { return fileName }
        let tail = "_\(number)"
        return String(decoding: fileName.utf8.prefix(FileNameTails.maximumLength - tail.utf8.count), as: UTF8.self)
            + tail
    }
}
