import Foundation
import Testing

@testable import MediaServers

/// What is seen of a directory.
struct SpoolDirectoryTests {
    /// As many names as fill what is read at once many times over: an entry at its end has nothing behind it.
    @Test func `All names are read, however long, wherever they lie`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "spool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        var made: Set<String> = [".", ".."]
        for number in 0..<1_500 {
            let name = "\(number)-" + String(repeating: "x", count: number % 250)
            #expect(FileManager.default.createFile(atPath: directory.appending(path: name).path, contents: nil))
            made.insert(name)
        }
        for _ in 0..<20 {
            var found: Set<String> = []
            SpoolDirectory.names(in: directory.path) { found.insert($0) }
            #expect(found == made)
        }
    }

    @Test func `A directory that is not there has no names`() {
        SpoolDirectory.names(in: "/nowhere/at/all") { name in Issue.record("\(name) is found nowhere") }
    }
}
