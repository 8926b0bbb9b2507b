import Foundation
import Testing

@testable import callcontrol

@Suite struct `Directories and files that the server needs` {
    private func check(_ text: String) throws -> (run: Program.Run, file: String) {
        let file = try Program.file(text)
        defer { Program.remove(file) }
        return (try Program.run(["check", "--config", file]), file)
    }

    @Test func `are looked at by check, which says what is wrong with each and changes nothing`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "callcontrol-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { Program.remove(directory) }
        let other = try Program.file("")
        defer { Program.remove(other) }
        let (bad, file) = try check(
            """
            media:
              servers:
                - { kind: built-in, directory: \(other) }
                - { kind: built-in, directory: \(other)/recordings }
                - { kind: built-in, directory: \(directory)/new/recordings }
                - { kind: rtpengine, address: "127.0.0.1:2223", spool: \(directory)/spool }
            records: { file: \(directory)/none/records.jsonl }
            log: { file: \(directory) }
            """)
        #expect(bad.status == 1)
        #expect(bad.output.isEmpty)
        let keys = bad.errors.split(separator: "\n").map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        #expect(
            keys == [
                "\(file):3: media.servers[0].directory:", "\(file):4: media.servers[1].directory:",
                "\(file):6: media.servers[3].spool:", "\(file):7: records.file:", "\(file):8: log.file:",
            ])
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        let (good, _) = try check(
            """
            media: { servers: [ { kind: built-in, directory: \(directory)/new/recordings } ] }
            records: { file: \(directory)/records.jsonl }
            log: { file: \(other) }
            """)
        #expect(good.status == 0 && good.errors.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    }
}
