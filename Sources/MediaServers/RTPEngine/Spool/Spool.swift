import CallControl
import Dispatch
import Logging

/// Watches the server's files on a thread of its own: the loop touches no disk.
///
/// The kernel tells of new and closed files; a file system that tells nothing (NFS) is looked through twice a second at
/// most, and only while a file is awaited.
final class Spool: Sendable {
    typealias Listener = @Sendable (String, SpoolNews) -> Void

    private struct Awaited {
        var exact: String?
        var since: Since
        var listener: Listener
    }

    private struct Since {
        var moment = ContinuousClock.now
        /// Since 1970, as files have it.
        var seconds = SpoolDirectory.seconds
    }

    private struct Kept {
        var callID: String
        var listener: Listener
    }

    private struct Desk {
        /// By the call-id as it stands in a file's name.
        var awaited: [String: (callID: String, Awaited)] = [:]
        /// Proposed names, and the key in `awaited`.
        var exact: [String: String] = [:]
        /// Open files that the kernel tells of, by the server's name.
        var open: [String: Kept] = [:]
        /// Names given and not taken yet.
        var given: Set<String> = []
        var watch: DirectoryWatch?
        var isClosed = false
    }

    private static let lookTime = DispatchTimeInterval.milliseconds(500)
    /// How far the clock of a file system may lag behind ours.
    private static let clockSlack = 2

    let directory: String
    private let logger: Logger
    private let queue = DispatchQueue(label: "callcontrol.rtpengine.spool")
    private let desk = Locked(Desk())

    init(directory: String, logger: Logger) {
        self.directory = directory
        self.logger = logger
        queue.async { [weak self] in self?.tick() }
    }

    private var files: String { "\(directory)/pcaps" }

    func path(of name: String) -> String { "\(files)/\(name)\(SpoolFile.fileExtension)" }

    func shutDown() {
        let watch = desk.withLock { desk in
            desk.isClosed = true
            return desk.watch.take()
        }
        watch?.stop()
    }
}

// MARK: - Orders

extension Spool {
    /// Takes an order; what comes of it is told to `listener`, on the spool's thread or on the caller's.
    func take(_ order: SpoolOrder, for callID: String, _ listener: @escaping Listener) {
        switch order {
        case .name(let proposed):
            queue.async { listener(callID, .named(self.freeName(proposed))) }
        case .giveBack(let name):
            _ = desk.withLock { $0.given.remove(name) }
        case .expect(let exact):
            expect(callID, exact, listener)
        case .stopExpecting:
            stopExpecting(SpoolFile.escaped(callID))
        case .rename(let file, let proposed):
            queue.async { self.rename(file, to: proposed, callID, listener) }
        case .awaitClosed(let file):
            guard desk.withLock({ $0.open[file.original] == nil }) else { return }
            listener(callID, .closed(original: file.original))
        case .look(let file):
            queue.async { listener(callID, .size(SpoolDirectory.state(of: self.path(of: file.name))?.size)) }
        case .forget(let file):
            desk.withLock { $0.open[file.original] = nil }
        }
    }

    /// Looks at many files in one go.
    func look(at files: [(callID: String, file: SpoolFile)], _ told: @escaping @Sendable ([(String, Int?)]) -> Void) {
        queue.async {
            told(files.map { ($0.callID, SpoolDirectory.state(of: self.path(of: $0.file.name))?.size) })
        }
    }

    private func expect(_ callID: String, _ exact: String?, _ listener: @escaping Listener) {
        let key = SpoolFile.escaped(callID)
        let awaited = Awaited(exact: exact, since: Since(), listener: listener)
        desk.withLock { desk in
            desk.awaited[key] = (callID, awaited)
            if let exact { desk.exact[exact] = key }
        }
    }

    private func stopExpecting(_ key: String) {
        desk.withLock { desk in
            guard let exact = desk.awaited.removeValue(forKey: key)?.1.exact else { return }
            desk.exact[exact] = nil
            desk.given.remove(exact)
        }
    }

    private func freeName(_ proposed: String) -> String? {
        guard let names = FileNameTails(proposed: proposed) else { return nil }
        for name in names where SpoolDirectory.state(of: path(of: name)) == nil {
            if desk.withLock({ $0.given.insert(name).inserted }) { return name }
        }
        return nil
    }

    private func rename(_ file: SpoolFile, to proposed: String, _ callID: String, _ listener: Listener) {
        var renamed = file
        guard let name = freeName(proposed), SpoolDirectory.rename(path(of: file.name), to: path(of: name)) else {
            listener(callID, .renamed(file, isDone: false))
            return
        }
        _ = desk.withLock { $0.given.remove(name) }
        renamed.name = name
        listener(callID, .renamed(renamed, isDone: true))
    }
}

// MARK: - What happens in the directory

extension Spool {
    private func tick() {
        let (needsWatch, isClosed) = desk.withLock { ($0.watch == nil, $0.isClosed) }
        guard !isClosed else { return }
        if needsWatch { beginWatching() }
        let oldest = ContinuousClock.now - .milliseconds(400)
        let isOverdue = desk.withLock { $0.awaited.values.contains { $0.1.since.moment < oldest } }
        if isOverdue { lookThrough() }
        queue.asyncAfter(deadline: .now() + Self.lookTime) { [weak self] in self?.tick() }
    }

    private func beginWatching() {
        guard let watch = DirectoryWatch(files) else { return }
        watch.listen(on: queue) { [weak self] in self?.hear($0) }
        let isWanted = desk.withLock { desk in
            guard !desk.isClosed else { return false }
            desk.watch = watch
            return true
        }
        if !isWanted { watch.stop() }
    }

    private func hear(_ event: DirectoryWatch.Event) {
        switch event {
        case .made(let file):
            guard let name = Self.name(of: file) else { return }
            found(name, isWatched: true)
        case .closed(let file):
            guard let name = Self.name(of: file) else { return }
            guard let kept = desk.withLock({ $0.open.removeValue(forKey: name) }) else { return }
            kept.listener(kept.callID, .closed(original: name))
        case .lost:
            // Whoever waits for a file to be closed is told so; the next look finds out what is true.
            let (open, watch) = desk.withLock { desk in
                let all = desk.open
                desk.open = [:]
                return (all, desk.watch.take())
            }
            watch?.stop()
            for (name, kept) in open { kept.listener(kept.callID, .closed(original: name)) }
        }
    }

    private func found(_ name: String, isWatched: Bool) {
        let taken = desk.withLock { desk -> (callID: String, Awaited)? in
            guard let key = desk.exact[name] ?? SpoolFile.stem(of: name), let awaited = desk.awaited[key] else {
                return nil
            }
            desk.awaited[key] = nil
            if let exact = awaited.1.exact {
                desk.exact[exact] = nil
                desk.given.remove(exact)
            }
            if isWatched { desk.open[name] = Kept(callID: awaited.callID, listener: awaited.1.listener) }
            return awaited
        }
        guard let taken else { return }
        let file = SpoolFile(original: name, name: name, isAsProposed: taken.1.exact == name)
        taken.1.listener(taken.callID, .found(file))
    }

    /// For file systems that tell nothing. A file counts that was written since it is awaited, and that the server has
    /// open: its own notes on an open file lie in another place than those on a closed one.
    private func lookThrough() {
        let exact = desk.withLock { Array($0.exact.keys) }
        for name in exact where isFresh(name, key: desk.withLock({ $0.exact[name] })) {
            found(name, isWatched: false)
        }
        let keys = desk.withLock { Set($0.awaited.keys) }
        guard !keys.isEmpty else { return }
        SpoolDirectory.names(in: files) { file in
            guard let name = Self.name(of: file), let key = SpoolFile.stem(of: name), keys.contains(key) else { return }
            let notes = "\(directory)/tmp/rtpengine-meta-\(name).tmp"
            guard isFresh(name, key: key), SpoolDirectory.state(of: notes) != nil else { return }
            found(name, isWatched: false)
        }
    }

    private func isFresh(_ name: String, key: String?) -> Bool {
        guard let key, let since = desk.withLock({ $0.awaited[key]?.1.since }) else { return false }
        guard let state = SpoolDirectory.state(of: path(of: name)) else { return false }
        return state.modified >= since.seconds - Self.clockSlack
    }

    private static func name(of file: String) -> String? {
        guard file.hasSuffix(SpoolFile.fileExtension) else { return nil }
        return String(file.dropLast(SpoolFile.fileExtension.count))
    }
}
