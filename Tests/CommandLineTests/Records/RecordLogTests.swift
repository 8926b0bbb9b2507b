import CallControl
import EventLoops
import Foundation
import TestSupport
import Testing

@testable import callcontrol

/// A disk that takes records when the test lets it.
struct StubbornStore: RecordStore {
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

    mutating func append(_ lines: ArraySlice<[UInt8]>) throws -> Int {
        disk.state.withLock { $0.tries += 1 }
        while disk.state.withLock({ $0.isHanging }) { Thread.sleep(forTimeInterval: 0.002) }
        return try disk.state.withLock { state in
            guard state.takes else { throw Full() }
            state.lines += lines.map { String(decoding: $0, as: UTF8.self) }
            return lines.count
        }
    }

    mutating func settle() throws {}
}

/// The log file of records (article Records).
@Suite(.hangLimit) struct `A log of records` {
    private let scene: RecordFixture

    init() throws { scene = try RecordFixture() }

    /// Waits until `condition` holds, or the test hangs.
    private func wait(until condition: () -> Bool) -> Bool {
        for _ in 0..<HangLimit.minutes * 6_000 where !condition() { Thread.sleep(forTimeInterval: 0.01) }
        return condition()
    }

    @Test(arguments: [false, true]) func `holds each record as one line, in order`(fsync: Bool) async throws {
        var options = scene.options
        options.fsync = fsync
        let log = try RecordLog(options, logger: scene.logger)
        for number in 1...200 { log.keep(RecordFixture.record("r\(number)")) }
        await log.close()
        #expect(scene.ids(options.file) == (1...200).map { "r\($0)" })
        #expect(scene.log.lines.isEmpty)
    }

    @Test func `goes on behind what an earlier run wrote, and cuts half a line off`() async throws {
        let options = scene.options
        for (number, tail) in ["", "{\"id\": \"half"].enumerated() {
            try scene.write(tail, behind: options.file)
            let log = try RecordLog(options, logger: scene.logger)
            log.keep(RecordFixture.record("r\(number)"))
            await log.close()
        }
        #expect(scene.ids(options.file) == ["r0", "r1"])
        #expect(scene.log.lines == ["incomplete last line cut from the records file bytes=12"])
    }

    @Test func `completes a last line that lacks its end alone`() async throws {
        let options = scene.options
        try scene.write(JSON(RecordFixture.record("r0")).text, behind: options.file)
        let log = try RecordLog(options, logger: scene.logger)
        log.keep(RecordFixture.record("r1"))
        await log.close()
        #expect(scene.ids(options.file) == ["r0", "r1"] && scene.log.lines.isEmpty)
    }

    @Test func `tells beginnings apart from records`() async throws {
        let log = try RecordLog(scene.options, logger: scene.logger)
        log.begin(RecordFixture.begun("r1"))
        log.keep(RecordFixture.record("r1"))
        log.begin(RecordFixture.begun("r2"))
        await log.close()
        #expect(scene.ids(scene.options.file) == ["r1"] && scene.begun(scene.options.file) == ["r1", "r2"])
        let heads = scene.lines(scene.options.file).map { RecordLineHead(Array($0.utf8))?.kind }
        #expect(heads == [.began, .record, .began])
    }

    @Test func `writes a record that comes while another one is being written`() {
        let disk = StubbornStore.Disk()
        let log = RecordLog(StubbornStore(disk: disk), limit: 1 << 20, logger: scene.logger)
        for number in 1...50 {
            disk.state.withLock { $0.isHanging = true }
            let tries = disk.state.withLock { $0.tries }
            log.keep(RecordFixture.record("a\(number)"))
            #expect(wait { disk.state.withLock { $0.tries } > tries }, "the first is being written")
            log.keep(RecordFixture.record("b\(number)"))
            disk.state.withLock { $0.isHanging = false }
            // No further record wakes anybody.
            #expect(wait { disk.state.withLock { $0.lines.count } == 2 * number })
        }
    }

    @Test func `writes all that many threads bring`() {
        let disk = StubbornStore.Disk()
        let log = RecordLog(StubbornStore(disk: disk), limit: 1 << 28, logger: scene.logger)
        let record = RecordFixture.begun("r1")
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for number in 0..<1_000 {
                log.begin(record)
                if number % 7 == 0 { Thread.sleep(forTimeInterval: 0.000_1) }
            }
        }
        #expect(wait { disk.state.withLock { $0.lines.count } == 4_000 })
    }

    @Test func `counts what is written, what waits and for how long`() async throws {
        let registry = MetricsRegistry()
        let disk = StubbornStore.Disk()
        disk.state.withLock { $0.isHanging = true }
        let log = RecordLog(StubbornStore(disk: disk), limit: 20_000, factory: registry, logger: scene.logger)
        for number in 1...100 { log.keep(RecordFixture.record("r\(number)")) }
        try await Task.sleep(for: .milliseconds(50))
        log.measure()
        func value(_ name: String) -> Double {
            switch registry.families.first(where: { $0.name == "callcontrol_records_\(name)" })?.series.first?.value {
            case .counter(let counter): Double(counter.value)
            case .gauge(let gauge): gauge.value
            default: -1
            }
        }
        let (waiting, lost) = (value("waiting"), value("lost_total"))
        #expect(waiting > 1 && lost > 1 && waiting + lost == 100)
        #expect(value("lag_seconds") >= 0.05)
        disk.state.withLock { $0.isHanging = false }
        #expect(wait { value("written_total") == waiting })
        log.measure()
        #expect(value("lag_seconds") == 0 && value("waiting") == 0)
        #expect(Set(registry.families.map(\.name)) == Set(RecordMetrics.declarations.map(\.name)))
        await log.close()
    }

    @Test(arguments: [0, 1, 3]) func `is followed by another file when it is full`(keep: Int) async throws {
        var options = scene.options
        let line = JSON(RecordFixture.record("r10")).text.utf8.count + 1
        (options.rotateBytes, options.keep) = (3 * line, keep)
        for run in 0..<2 {
            let log = try RecordLog(options, logger: scene.logger)
            for number in 0..<10 { log.keep(RecordFixture.record("r\(10 + 10 * run + number)")) }
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
        for id in ["a", "b"] { log.keep(RecordFixture.record(id)) }
        await log.close()
        #expect(scene.ids(options.file) == ["b"] && scene.ids("\(options.file).1") == ["a"])
    }

    @Test func `waits for a full disk, loses nothing, and says both once`() async {
        let disk = StubbornStore.Disk()
        disk.state.withLock { $0.takes = false }
        let log = RecordLog(StubbornStore(disk: disk), limit: 1 << 20, logger: scene.logger)
        for number in 1...5 { log.keep(RecordFixture.record("r\(number)")) }
        #expect(wait { disk.state.withLock { $0.tries } >= 2 })
        disk.state.withLock { $0.takes = true }
        #expect(wait { disk.state.withLock { $0.lines.count } == 5 })
        await log.close()
        let lines = disk.state.withLock { $0.lines }
        #expect(lines == (1...5).map { "\(JSON(RecordFixture.record("r\($0)")).text)\n" })
        #expect(
            scene.log.lines == ["The disk takes no records; they wait. reason=Full()", "The disk takes records again."])
    }

    @Test func `asks a full disk seldom`() async {
        let disk = StubbornStore.Disk()
        disk.state.withLock { $0.takes = false }
        let log = RecordLog(StubbornStore(disk: disk), limit: 1 << 24, logger: scene.logger)
        for number in 1...500 { log.keep(RecordFixture.record("r\(number)")) }
        #expect(wait { disk.state.withLock { $0.tries } >= 3 })
        #expect(disk.state.withLock { $0.tries } < 10)
        await log.close()
        #expect(scene.log.lines.last == "Records were not written. records=500")
    }

    @Test func `never blocks whoever keeps a record, and counts what is lost`() async {
        let disk = StubbornStore.Disk()
        disk.state.withLock { $0.isHanging = true }
        let log = RecordLog(StubbornStore(disk: disk), limit: 100_000, logger: scene.logger)
        for number in 1...1_000 { log.keep(RecordFixture.record("r\(number)")) }
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
        for number in 1...3 { log.keep(RecordFixture.record("r\(number)")) }
        await log.close()
        log.keep(RecordFixture.record("late"))
        disk.state.withLock { $0.isHanging = false }
        #expect(scene.log.lines.contains("Records were not written. records=3"))
    }
}
