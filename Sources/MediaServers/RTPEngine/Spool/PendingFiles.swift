/// Whom the spool tells of a call-id's files: the link of its shard.
struct SpoolListener: Sendable {
    /// The index of the shard.
    var shard: Int
    /// Brings the news there in a later turn. May be called on any thread.
    var tell: @Sendable (_ callID: String, _ news: SpoolEvent) -> Void
}

/// Which files are awaited, and which are open.
struct PendingFiles {
    typealias Told = (listener: SpoolListener, callID: String, news: SpoolEvent)

    struct Awaited {
        var callID: String
        var exact: String?
        var since: Since
        var listener: SpoolListener
    }

    struct Since {
        var moment = ContinuousClock.now
        /// Since 1970, as files have it.
        var seconds = SpoolDirectory.seconds
    }

    struct Kept {
        var callID: String
        var listener: SpoolListener
    }

    /// By the call-id as it stands in a file's name.
    var awaited: [String: Awaited] = [:]
    /// Proposed names, and the key in `awaited`.
    var exact: [String: String] = [:]
    /// Open files that the kernel tells of, by the server's name.
    var open: [String: Kept] = [:]
    /// Names given and not taken yet.
    var given: Set<String> = []
    var watch: DirectoryWatch?
    /// When the directory was last listed.
    var listed = ContinuousClock.now
    var isFull = false
    var isClosed = false
    private var buffer = [UInt8](repeating: 0, count: 16_384)

    /// Awaits a file of a call-id. What was made before is not that file: it is heard first, and told.
    mutating func expect(_ callID: String, _ exact: String?, _ listener: SpoolListener) -> [Told] {
        let told = readNews()
        let key = SpoolFile.escaped(callID)
        awaited[key] = Awaited(callID: callID, exact: exact, since: Since(), listener: listener)
        if let exact { self.exact[exact] = key }
        return told
    }

    mutating func stopExpecting(_ key: String) {
        guard !awaited.isEmpty, let exact = awaited.removeValue(forKey: key)?.exact else { return }
        self.exact[exact] = nil
        given.remove(exact)
    }

    /// What the kernel has told since the last time, for those whom it concerns.
    mutating func readNews() -> [Told] {
        var told: [Told] = []
        guard let watch else { return told }
        // Out of the desk while it is read into: what is heard changes the desk.
        var buffer: [UInt8] = []
        swap(&buffer, &self.buffer)
        watch.read(into: &buffer) { hear($0, &told) }
        swap(&buffer, &self.buffer)
        return told
    }

    mutating func hear(_ event: DirectoryWatch.Event, _ told: inout [Told]) {
        switch event {
        case .made(let file):
            guard let name = SpoolFile.name(of: file), let news = found(name, isWatched: true) else { return }
            told.append(news)
        case .closed(let file):
            guard let name = SpoolFile.name(of: file), let kept = open.removeValue(forKey: name) else { return }
            told.append((kept.listener, kept.callID, .closed(original: name)))
        case .lost:
            for (name, kept) in open { told.append((kept.listener, kept.callID, .unwatched(original: name))) }
            open = [:]
            watch = nil
        }
    }

    /// A file that somebody may await; `nil`: nobody does, or the disk takes no more, so that the file shows nothing.
    mutating func found(_ name: String, isWatched: Bool) -> Told? {
        guard let key = exact[name] ?? SpoolFile.stem(of: name), !isFull else { return nil }
        guard let awaited = awaited.removeValue(forKey: key) else { return nil }
        if let exact = awaited.exact {
            self.exact[exact] = nil
            given.remove(exact)
        }
        if isWatched { open[name] = Kept(callID: awaited.callID, listener: awaited.listener) }
        let file = SpoolFile(original: name, name: name, isAsProposed: awaited.exact == name)
        return (awaited.listener, awaited.callID, .found(file))
    }
}
