import Foundation
import Logging
import TestSupport
import Testing

@testable import callcontrol

@Suite(.hangLimit) struct `The log of a server` {
    private func options(queue: Int = 100, rate: Int = 0, file: String = "") -> ServerConfiguration.Log {
        ServerConfiguration.Log(level: .info, file: file, queue: queue, rate: rate)
    }

    @Test func `is written in the order in which it came, from many threads, to its last line`() async throws {
        let pipe = Pipe()
        let log = BufferedLog(
            options(queue: 100_000), label: "test", to: LogDestination(descriptor: pipe.writer))
        let reader = PipeReader(pipe)
        let logger = log.logger(level: .info)
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for line in 0..<500 { logger.info("line", metadata: ["writer": "\(writer)", "line": "\(line)"]) }
                }
            }
        }
        logger.debug("not at this level")
        await log.close()
        try pipe.fileHandleForWriting.close()
        let lines = await reader.lines
        #expect(lines.count == 2_000)
        for writer in 0..<4 {
            let own = lines.filter { $0.hasSuffix("writer=\(writer)") }
            #expect(own.map { $0.split(separator: " ").dropLast().last } == (0..<500).map { "line=\($0)" })
        }
    }

    @Test func `drops lines while nobody reads, keeps nobody waiting, and says so when the reader is back`()
        async throws
    {
        let pipe = Pipe()
        let registry = MetricsRegistry()
        let log = BufferedLog(
            options(), label: "test", metrics: registry, to: LogDestination(descriptor: pipe.writer))
        let logger = log.logger(level: .info)
        // More than the pipe and the queue hold.
        for line in 0..<5_000 { logger.info("line \(line)", metadata: ["filler": .string(filler)]) }
        let dropped = try #require(
            PrometheusLine.value("callcontrol_log_lines_dropped_total{level=\"info\"}", in: registry))
        #expect(dropped > 1_000)
        let reader = PipeReader(pipe)
        try await Task.sleep(for: .milliseconds(200))
        logger.info("after")
        await log.close()
        try pipe.fileHandleForWriting.close()
        let lines = await reader.lines
        let told = lines.compactMap { line -> Int? in
            guard line.contains("log lines were dropped"), let words = line.split(separator: "info=").last else {
                return nil
            }
            return Int(words)
        }
        #expect(told.reduce(0, +) == dropped)
        #expect(lines.count - told.count + dropped == 5_001)
        #expect(lines.last?.contains("after") == true)
    }

    @Test func `ends in a bounded time where nobody reads`() async {
        let pipe = Pipe()
        let log = BufferedLog(options(), label: "test", to: LogDestination(descriptor: pipe.writer))
        let logger = log.logger(level: .info)
        for line in 0..<2_000 { logger.info("line \(line)", metadata: ["filler": .string(filler)]) }
        await log.close()
        // The thread is let go.
        try? pipe.fileHandleForReading.close()
    }

    @Test func `goes on where its reader is gone`() async throws {
        ProcessSignals.ignoreHangUps()
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let registry = MetricsRegistry()
        let log = BufferedLog(
            options(), label: "test", metrics: registry, to: LogDestination(descriptor: pipe.writer))
        log.logger(level: .info).error("nobody reads this")
        await log.close()
        #expect(PrometheusLine.value("callcontrol_log_lines_dropped_total{level=\"error\"}", in: registry) == 1)
    }

    @Test func `tells once that lines of a kind are left out`() async throws {
        let pipe = Pipe()
        let registry = MetricsRegistry()
        let log = BufferedLog(
            options(rate: 5), label: "test", metrics: registry, to: LogDestination(descriptor: pipe.writer))
        let logger = log.logger(level: .info)
        for peer in 0..<1_000 { logger.info("A connection is closed.", metadata: ["peer": "\(peer)"]) }
        logger.info("Something else.")
        await log.close()
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 7)
        #expect(
            lines.dropFirst(5).first?.hasSuffix(
                " warning test: log lines of one kind are left out for the rest of a minute of=\"A connection is closed.\""
            )
                == true)
        #expect(PrometheusLine.value("callcontrol_log_lines_suppressed_total{level=\"info\"}", in: registry) == 995)
    }

    @Test func `opens its file anew when told, and goes on in the old one where that fails`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "callcontrol-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (file, moved) = (directory.appending(path: "log").path, directory.appending(path: "log.1").path)
        let log = try BufferedLog(options(file: file), label: "test")
        let logger = log.logger(level: .info)
        logger.info("first")
        try await until { try String(contentsOfFile: file, encoding: .utf8).contains("first") }
        try FileManager.default.moveItem(atPath: file, toPath: moved)
        logger.info("second")
        try await until { try String(contentsOfFile: moved, encoding: .utf8).contains("second") }
        log.reopen()
        logger.info("third")
        try await until { try String(contentsOfFile: file, encoding: .utf8).contains("third") }
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
        log.reopen()
        logger.info("fourth")
        await log.close()
        #expect(try !String(contentsOfFile: moved, encoding: .utf8).contains("third"))
        let permissions = try FileManager.default.attributesOfItem(atPath: moved)[.posixPermissions] as? NSNumber
        #expect((permissions?.intValue ?? 0) & 0o007 == 0)
    }

    @Test func `is refused where its file cannot be made`() {
        let error = #expect(throws: LogFileError.self) {
            _ = try BufferedLog(options(file: "/nowhere/log"), label: "test")
        }
        #expect(error?.description == "cannot write the log to /nowhere/log: No such file or directory")
    }

    private let filler = String(repeating: "x", count: 100)

    private func until(_ isTrue: () throws -> Bool) async throws {
        while (try? isTrue()) != true { try await Task.sleep(for: .milliseconds(5)) }
    }
}

/// Reads a pipe to its end, on a thread of its own.
private struct PipeReader {
    private let text: AsyncStream<String>

    init(_ pipe: Pipe) {
        let (text, read) = AsyncStream.makeStream(of: String.self)
        self.text = text
        Thread.detachNewThread {
            let data = try? pipe.fileHandleForReading.readToEnd()
            read.yield(String(decoding: data ?? Data(), as: UTF8.self))
            read.finish()
        }
    }

    var lines: [Substring] {
        get async {
            for await text in text { return text.split(separator: "\n") }
            return []
        }
    }
}

extension Pipe {
    fileprivate var writer: Int32 { fileHandleForWriting.fileDescriptor }
}

/// A series' value in the text form of a registry.
enum PrometheusLine {
    static func value(_ series: String, in registry: MetricsRegistry) -> Int? {
        MetricsText.text(of: registry).split(separator: "\n").first { $0.hasPrefix("\(series) ") }
            .flatMap { $0.split(separator: " ").last }.flatMap { Int($0) }
    }
}
