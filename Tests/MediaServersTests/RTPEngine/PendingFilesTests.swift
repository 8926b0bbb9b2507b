import CallControl
import Foundation
import Testing

@testable import MediaServers

/// A desk that the kernel tells nothing but what it is told here.
private final class Bench {
    let own = "call%401-92ee78ec126ecd9d.pcap"
    var desk = PendingFiles()

    func expect(exact: String? = nil) {
        _ = desk.expect("call@1", exact, SpoolListener(shard: 0) { _, _ in })
    }

    func hear(_ event: DirectoryWatch.Event) -> [SpoolEvent] {
        var told: [PendingFiles.Told] = []
        desk.hear(event, &told)
        return told.map(\.news)
    }
}

@Suite struct PendingFilesTests {
    private let bench = Bench()
    private let file = SpoolFile(
        original: "call%401-92ee78ec126ecd9d", name: "call%401-92ee78ec126ecd9d", isAsProposed: false)

    @Test func `A file that nobody waits for is nobody's`() {
        #expect(bench.hear(.made(bench.own)).isEmpty)
        bench.expect()
        #expect(bench.hear(.made("call%402-92ee78ec126ecd9d.pcap")).isEmpty)
        #expect(bench.hear(.made("call%401-92ee78ec126ecd9d.txt")).isEmpty)
        #expect(bench.hear(.made(bench.own)) == [.found(file)])
    }

    @Test func `A file is found once, under the server's name or the one that was proposed`() {
        bench.expect(exact: "name")
        #expect(bench.hear(.made(bench.own)) == [.found(file)])
        #expect(bench.hear(.made("name.pcap")).isEmpty)
        bench.expect(exact: "name")
        #expect(
            bench.hear(.made("name.pcap"))
                == [.found(SpoolFile(original: "name", name: "name", isAsProposed: true))])
    }

    @Test func `A file that is not expected any more is not found`() {
        bench.expect(exact: "name")
        bench.desk.stopExpecting("call%401")
        #expect(bench.hear(.made("name.pcap")).isEmpty)
    }

    @Test func `A full disk shows nothing`() {
        bench.expect()
        bench.desk.isFull = true
        #expect(bench.hear(.made(bench.own)).isEmpty)
        bench.desk.isFull = false
        #expect(bench.hear(.made(bench.own)) == [.found(file)])
    }

    @Test func `A file that is closed is told once`() {
        bench.expect()
        #expect(!bench.hear(.made(bench.own)).isEmpty)
        #expect(bench.hear(.closed(bench.own)) == [.closed(original: file.original)])
        #expect(bench.hear(.closed(bench.own)).isEmpty)
    }

    @Test func `A directory that is lost has closed no file`() {
        bench.expect()
        #expect(!bench.hear(.made(bench.own)).isEmpty)
        #expect(bench.hear(.lost) == [.unwatched(original: file.original)])
    }
}

@Suite struct SpoolTests {
    private let directory = NSTemporaryDirectory() + "spool-\(UInt64.random(in: .min ... .max))"

    @Test func `What was made before it was expected proves nothing`() throws {
        let files = FileManager.default
        try files.createDirectory(atPath: "\(directory)/pcaps", withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: directory) }
        let watch = try #require(DirectoryWatch("\(directory)/pcaps"))
        let bench = Bench()
        bench.desk.watch = watch
        #expect(files.createFile(atPath: "\(directory)/pcaps/\(bench.own)", contents: nil))
        bench.expect()
        #expect(bench.desk.readNews().isEmpty)
        let next = "\(directory)/pcaps/call%401-0000000000000002.pcap"
        #expect(files.createFile(atPath: next, contents: nil))
        #expect(
            bench.desk.readNews().map(\.news).first
                == .found(
                    SpoolFile(
                        original: "call%401-0000000000000002", name: "call%401-0000000000000002", isAsProposed: false)))
    }
}
