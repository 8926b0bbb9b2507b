import CallControl
import Foundation
import TestSupport
import Testing

@testable import callcontrol

/// A disk that takes records when the test lets it.
private struct StubbornStore: RecordStore {
    struct State {
        var takes = true
        var isHanging = false
        var lines: [String] = []
        var tries = 0
    }

    struct Full: Error {}

    final class Disk: Sendable {
        let state = Locked<State>(State())
    }

    let disk: Disk

    mutating func append(_ line: Data) throws {
        while disk.state.withLock({ $0.isHanging }) { Thread.sleep(forTimeInterval: 0.01) }
        try disk.state.withLock { state in
            state.tries += 1
            guard state.takes else { throw Full() }
            state.lines.append(String(decoding: line, as: UTF8.self))
        }
    }

    mutating func settle() throws {}
}

/// The log file of records (article Records).
@Suite(.hangLimit) struct `A log of records` {
    private let scene: RecordScene

    init() throws { scene = try RecordScene() }

    /// Waits until `condition` holds, or the test hangs.
    private func wait(until condition: () -> Bool) -> Bool {
        for _ in 0..<HangLimit.minutes * 6_000 where !condition() { Thread.sleep(forTimeInterval: 0.01) }
        return condition()
    }

    @Test(arguments: [false, true]) func `holds each record as one line, in order`(fsync: Bool) async throws {
        var options = scene.options
        options.fsync = fsync
        let log = try RecordLog(options, logger: scene.logger)
        for number in 1...200 { log.keep(RecordScene.record("r\(number)")) }
        await log.close()
        #expect(scene.ids(options.file) == (1...200).map { "r\($0)" })
        #expect(scene.log.lines.isEmpty)
    }

    @Test func `goes on behind what an earlier run wrote, and keeps half a line apart`() async throws {
        let options = scene.options
        for (number, tail) in ["", "{\"id\": \"half"].enumerated() {
            if !tail.isEmpty {
                let file = try #require(FileHandle(forWritingAtPath: options.file))
                try file.seekToEnd()
                try file.write(contentsOf: Data(tail.utf8))
                try file.close()
            }
            let log = try RecordLog(options, logger: scene.logger)
            log.keep(RecordScene.record("r\(number)"))
            await log.close()
        }
        #expect(scene.ids(options.file) == ["r0", "?", "r1"])
    }

    @Test(arguments: [0, 1, 3]) func `is followed by another file when it is full`(keep: Int) async throws {
        var options = scene.options
        let line = JSON(RecordScene.record("r10")).text.utf8.count + 1
        (options.rotateBytes, options.keep) = (3 * line, keep)
        for run in 0..<2 {
            let log = try RecordLog(options, logger: scene.logger)
            for number in 0..<10 { log.keep(RecordScene.record("r\(10 + 10 * run + number)")) }
            await log.close()
        }
        // 20 records by three: six full files, and two records in the last.
        #expect(scene.ids(options.file) == ["r28", "r29"])
        for number in 0..<keep {
            let first = 25 - 3 * number
            #expect(scene.ids("\(options.file).\(number + 1)") == (first..<first + 3).map { "r\($0)" })
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: scene.directory)
        #expect(files.count == 1 + keep)
    }

    @Test func `takes a record that is larger than a file may be`() async throws {
        var options = scene.options
        options.rotateBytes = 10
        let log = try RecordLog(options, logger: scene.logger)
        for id in ["a", "b"] { log.keep(RecordScene.record(id)) }
        await log.close()
        #expect(scene.ids(options.file) == ["b"] && scene.ids("\(options.file).1") == ["a"])
    }

    @Test func `moves no older file on where the full one is gone`() throws {
        var options = scene.options
        options.rotateBytes = 10
        var file = try RecordFile(options)
        for id in ["a", "b"] { try file.append(Data("\(id) is longer than ten\n".utf8)) }
        try FileManager.default.removeItem(atPath: options.file)
        try file.append(Data("c is longer than ten\n".utf8))
        #expect(scene.lines(options.file) == ["c is longer than ten"])
        #expect(scene.lines("\(options.file).1") == ["a is longer than ten"])
        #expect(!FileManager.default.fileExists(atPath: "\(options.file).2"))
    }

    @Test func `cannot be where no file can be made`() {
        for path in ["\(scene.directory)/nowhere/file", scene.directory] {
            var options = ServerConfiguration.Records()
            options.file = path
            #expect(throws: RecordLogError.self) { try RecordFile(options) }
        }
    }

    @Test func `waits for a full disk, loses nothing, and says both once`() async {
        let disk = StubbornStore.Disk()
        disk.state.withLock { $0.takes = false }
        let log = RecordLog(StubbornStore(disk: disk), limit: 1 << 20, logger: scene.logger)
        for number in 1...5 { log.keep(RecordScene.record("r\(number)")) }
        #expect(wait { disk.state.withLock { $0.tries } >= 2 })
        disk.state.withLock { $0.takes = true }
        #expect(wait { disk.state.withLock { $0.lines.count } == 5 })
        await log.close()
        let lines = disk.state.withLock { $0.lines }
        #expect(lines == (1...5).map { "\(JSON(RecordScene.record("r\($0)")).text)\n" })
        #expect(
            scene.log.lines == ["The disk takes no records; they wait. reason=Full()", "The disk takes records again."])
    }

    @Test func `asks a full disk seldom`() async {
        let disk = StubbornStore.Disk()
        disk.state.withLock { $0.takes = false }
        let log = RecordLog(StubbornStore(disk: disk), limit: 1 << 24, logger: scene.logger)
        for number in 1...500 { log.keep(RecordScene.record("r\(number)")) }
        #expect(wait { disk.state.withLock { $0.tries } >= 3 })
        #expect(disk.state.withLock { $0.tries } < 10)
        await log.close()
        #expect(scene.log.lines.last == "Records were not written. records=500")
    }

    @Test func `never blocks whoever keeps a record, and counts what is lost`() async {
        let disk = StubbornStore.Disk()
        disk.state.withLock { $0.isHanging = true }
        let log = RecordLog(StubbornStore(disk: disk), limit: 100_000, logger: scene.logger)
        for number in 1...1_000 { log.keep(RecordScene.record("r\(number)")) }
        #expect(scene.log.lines == ["Records are lost: the disk takes them too slowly, or not at all."])
        disk.state.withLock { $0.isHanging = false }
        await log.close()
        let kept = disk.state.withLock { $0.lines.count }
        #expect(kept > 5 && kept < 100)
        #expect(scene.log.lines.dropFirst() == ["Records are kept again. lost=\(1_000 - kept)"])
    }

    @Test func `ends without a disk that hangs`() async {
        let disk = StubbornStore.Disk()
        disk.state.withLock { $0.isHanging = true }
        let log = RecordLog(StubbornStore(disk: disk), limit: 100_000, logger: scene.logger)
        for number in 1...3 { log.keep(RecordScene.record("r\(number)")) }
        await log.close()
        log.keep(RecordScene.record("late"))
        disk.state.withLock { $0.isHanging = false }
        #expect(scene.log.lines.contains("Records were not written. records=3"))
    }
}
