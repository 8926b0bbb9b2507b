import CallControl
import Dispatch
import EventLoops
import Logging

/// Watches the server's files. What must look at the disk does so on a thread of its own: the loop touches none.
///
/// The kernel tells of new and closed files, without a look at the disk; a server makes and closes a file before it
/// answers, so the news is there when the answer is (``news(for:)``). A file system that tells nothing (NFS) is looked
/// through twice a second at most, and only while a file is awaited longer than such news takes.
final class SpoolWatcher: Sendable {
    private typealias Errand = @Sendable (SpoolWatcher) -> Void

    private static let lookTime = DispatchTimeInterval.milliseconds(250)
    /// How far the clock of a file system may lag behind ours.
    private static let clockSlack = 2

    let directory: String
    private let logger: Logger
    private let queue = DispatchQueue(label: "callcontrol.rtpengine.spool")
    private let desk = Locked(PendingFiles())
    private let errands = Locked<[Errand]>([])

    init(directory: String, logger: Logger) {
        self.directory = directory
        self.logger = logger
        queue.async { [weak self] in self?.tick() }
    }

    var files: String { "\(directory)/pcaps" }

    func path(of name: String) -> String { "\(files)/\(name)\(SpoolFile.fileExtension)" }

    func shutDown() {
        desk.withLock { desk in
            desk.isClosed = true
            desk.watch = nil
        }
    }
}

// MARK: - Orders

extension SpoolWatcher {
    /// Takes an order; what comes of it is told to `listener`, on the spool's thread or on the caller's.
    func take(_ order: SpoolCommand, for callID: String, _ listener: SpoolListener) {
        switch order {
        case .name(let proposed):
            run { $0.tellFreeName(proposed, callID, listener) }
        case .giveBack(let name):
            _ = desk.withLock { $0.given.remove(name) }
        case .expect(let exact):
            for (listener, callID, news) in desk.withLock({ $0.expect(callID, exact, listener) }) {
                listener.tell(callID, news)
            }
        case .stopExpecting:
            desk.withLock { $0.stopExpecting(SpoolFile.escaped(callID)) }
        case .rename(let file, let proposed):
            run { $0.rename(file, to: proposed, callID, listener) }
        case .awaitClosed(let file):
            guard desk.withLock({ $0.open[file.original] == nil }) else { return }
            listener.tell(callID, .closed(original: file.original))
        case .look(let file):
            run { $0.tellSize(of: file, callID, listener) }
        case .forget(let file):
            desk.withLock { $0.open[file.original] = nil }
        }
    }

    /// Looks at many files in one go.
    func look(
        at files: [(callID: String, file: SpoolFile)], _ told: @escaping @Sendable ([(String, SpoolEvent)]) -> Void
    ) {
        run { spool in
            told(files.map { ($0.callID, spool.size(of: $0.file)) })
        }
    }

    /// Runs what looks at the disk on the spool's thread: one wake for many.
    private func run(_ errand: @escaping Errand) {
        let isFirst = errands.withLock { errands in
            defer { errands.append(errand) }
            return errands.isEmpty
        }
        guard isFirst else { return }
        queue.async {
            let all = self.errands.withLock { errands in
                defer { errands = [] }
                return errands
            }
            for errand in all { errand(self) }
        }
    }

    private func tellFreeName(_ proposed: String, _ callID: String, _ listener: SpoolListener) {
        listener.tell(callID, .named(freeName(proposed)))
    }

    private func tellSize(of file: SpoolFile, _ callID: String, _ listener: SpoolListener) {
        listener.tell(callID, size(of: file))
    }

    private func size(of file: SpoolFile) -> SpoolEvent {
        let state = SpoolDirectory.state(of: path(of: file.name))
        return .size(state?.size, age: state?.age ?? .zero)
    }

    private func freeName(_ proposed: String) -> String? {
        guard let names = FileNameTails(proposed: proposed) else { return nil }
        func isTaken(_ name: String) -> Bool {
            desk.withLock { $0.given.contains(name) } || SpoolDirectory.state(of: path(of: name)) != nil
        }
        var number = 1
        while isTaken(names[number]) || !desk.withLock({ $0.given.insert(names[number]).inserted }) {
            guard let free = names.free(after: number, isTaken: isTaken) else { return nil }
            number = free
        }
        return names[number]
    }

    private func rename(_ file: SpoolFile, to proposed: String, _ callID: String, _ listener: SpoolListener) {
        var renamed = file
        guard let name = freeName(proposed), SpoolDirectory.rename(path(of: file.name), to: path(of: name)) else {
            listener.tell(callID, .renamed(file, isDone: false))
            return
        }
        _ = desk.withLock { $0.given.remove(name) }
        renamed.name = name
        listener.tell(callID, .renamed(renamed, isDone: true))
    }
}

// MARK: - What happens in the directory

extension SpoolWatcher {
    /// What the kernel has told since somebody last asked. What concerns calls of that shard is returned, and the others
    /// are told theirs.
    func news(for shard: Int) -> [(callID: String, news: SpoolEvent)] {
        let all = desk.withLock { $0.readNews() }
        var own: [(callID: String, news: SpoolEvent)] = []
        for (listener, callID, news) in all {
            if listener.shard == shard { own.append((callID, news)) } else { listener.tell(callID, news) }
        }
        return own
    }

    private func tick() {
        let (needsWatch, isClosed) = desk.withLock { ($0.watch == nil, $0.isClosed) }
        guard !isClosed else { return }
        if needsWatch { beginWatching() }
        lookForRoom()
        lookAtProposed()
        if isDue { lookThrough() }
        queue.asyncAfter(deadline: .now() + Self.lookTime) { [weak self] in self?.tick() }
    }

    private func beginWatching() {
        guard let watch = DirectoryWatch(files) else { return }
        desk.withLock { desk in
            if !desk.isClosed { desk.watch = watch }
        }
    }

    /// A file on a disk that takes no more shows nothing.
    private func lookForRoom() {
        let isFull = !SpoolDirectory.hasCapacity(files)
        let wasFull = desk.withLock { desk in
            defer { desk.isFull = isFull }
            return desk.isFull
        }
        guard isFull, !wasFull else { return }
        logger.error("a media server's spool directory is full", metadata: ["directory": "\(directory)"])
    }

    private func found(_ name: String) {
        guard let (listener, callID, news) = desk.withLock({ $0.found(name, isWatched: false) }) else { return }
        listener.tell(callID, news)
    }

    private func lookAtProposed() {
        let exact = desk.withLock { Array($0.exact) }
        for (name, key) in exact where isFresh(name, key: key) { found(name) }
    }

    /// Whether some file is awaited so long that the kernel may not tell of it, and the last listing is some time ago.
    private var isDue: Bool {
        let now = ContinuousClock.now
        return desk.withLock { desk in
            guard now - desk.listed >= .milliseconds(500),
                desk.awaited.values.contains(where: { now - $0.since.moment >= .milliseconds(300) })
            else { return false }
            desk.listed = now
            return true
        }
    }

    /// For file systems that tell nothing. A file counts that was written since it is awaited, and that the server has
    /// open: its own notes on an open file lie in another place than those on a closed one.
    private func lookThrough() {
        let keys = desk.withLock { Set($0.awaited.keys) }
        SpoolDirectory.names(in: files) { file in
            guard let name = SpoolFile.name(of: file), let key = SpoolFile.stem(of: name), keys.contains(key) else {
                return
            }
            let notes = "\(directory)/tmp/rtpengine-meta-\(name).tmp"
            guard isFresh(name, key: key), SpoolDirectory.state(of: notes) != nil else { return }
            found(name)
        }
    }

    private func isFresh(_ name: String, key: String) -> Bool {
        guard let since = desk.withLock({ $0.awaited[key]?.since }) else { return false }
        guard let state = SpoolDirectory.state(of: path(of: name)) else { return false }
        return state.modified >= since.seconds - Self.clockSlack
    }
}
