import Foundation
import Testing

@testable import callcontrol

/// The file of records as other programs see it, and move it.
@Suite struct `A file of records` {
    private let scene: RecordFixture
    private let files = FileManager.default

    init() throws { scene = try RecordFixture() }

    private var path: String { scene.options.file }

    private func append(_ texts: String..., to file: inout RecordFile) throws {
        var lines = texts.map { Array("\($0)\n".utf8) }[...]
        while !lines.isEmpty { lines = lines.dropFirst(try file.append(lines)) }
    }

    private func options(rotateBytes: Int, keep: Int = 10) -> ServerConfiguration.Records {
        var options = scene.options
        (options.rotateBytes, options.keep) = (rotateBytes, keep)
        return options
    }

    @Test func `is made for its owner and group alone`() throws {
        _ = try RecordFile(scene.options)
        let mode = try files.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode.map { $0 & 0o137 } == 0)
    }

    @Test func `cannot be where no file can be made`() throws {
        for (path, reason) in [
            ("\(scene.directory)/nowhere/file", "No such file or directory"), (scene.directory, "Is a directory"),
        ] {
            var options = ServerConfiguration.Records()
            options.file = path
            let error = #expect(throws: RecordLogError.self) { try RecordFile(options) }
            #expect(error?.description == "cannot write records to \(path): \(reason)")
        }
    }

    @Test func `is for one program at a time, and free again behind it`() throws {
        let first = try RecordFile(scene.options)
        let error = #expect(throws: RecordLogError.self) { try RecordFile(scene.options) }
        #expect(error?.description == "cannot write records to \(path): another process has locked it")
        _ = consume first
        #expect(throws: Never.self) { try RecordFile(scene.options) }
    }

    @Test func `keeps its lock over a rotation`() throws {
        var file = try RecordFile(options(rotateBytes: 10))
        try append("a is longer than ten", to: &file)
        try append("b is longer than ten", to: &file)
        #expect(throws: RecordLogError.self) { try RecordFile(scene.options) }
        #expect(scene.lines(path) == ["b is longer than ten"])
        #expect(scene.lines("\(path).1") == ["a is longer than ten"])
    }

    @Test(arguments: [0, 1, 3]) func `is followed by others, as many as are kept`(keep: Int) throws {
        var file = try RecordFile(options(rotateBytes: 4, keep: keep))
        for number in 0..<10 { try append("\(2 * number)", "\(2 * number + 1)", to: &file) }
        let whole = (0...keep).flatMap { number in
            scene.lines(number == 0 ? path : "\(path).\(number)").reversed()
        }
        let expected = (0..<20).reversed().map { "\($0)" }
        #expect(whole == Array(expected.prefix(whole.count)) && whole.count > keep)
        #expect(try files.contentsOfDirectory(atPath: scene.directory).count == keep + 1)
    }

    @Test func `takes as many lines at once as there is room for`() throws {
        var file = try RecordFile(options(rotateBytes: 10))
        let lines = ["aaaa\n", "bbbb\n", "cccc\n"].map { Array($0.utf8) }
        #expect(try file.append(lines[...]) == 2)
        #expect(try file.append(lines[2...]) == 1)
        #expect(scene.lines(path) == ["cccc"] && scene.lines("\(path).1") == ["aaaa", "bbbb"])
    }

    @Test func `moves no older file on where the full one is gone`() throws {
        var file = try RecordFile(options(rotateBytes: 10))
        for id in ["a", "b"] { try append("\(id) is longer than ten", to: &file) }
        try files.removeItem(atPath: path)
        try append("c is longer than ten", to: &file)
        #expect(scene.lines(path) == ["c is longer than ten"])
        #expect(scene.lines("\(path).1") == ["a is longer than ten"])
        #expect(!files.fileExists(atPath: "\(path).2"))
    }

    @Test func `moves nothing twice where an earlier run was killed within a rotation`() throws {
        let full = options(rotateBytes: 10)
        do {
            var file = try RecordFile(full)
            try append("a is longer than ten", to: &file)
        }
        try files.linkItem(atPath: path, toPath: "\(path).1")
        try Data("half".utf8).write(to: URL(filePath: "\(path).next"))
        var file = try RecordFile(full)
        try append("b is longer than ten", to: &file)
        #expect(scene.lines(path) == ["b is longer than ten"])
        #expect(scene.lines("\(path).1") == ["a is longer than ten"])
        #expect(try files.contentsOfDirectory(atPath: scene.directory).count == 2)
    }

    @Test(arguments: [true, false]) func `is opened again where it was moved or removed`(moved: Bool) throws {
        var file = try RecordFile(scene.options)
        try append("one", to: &file)
        if moved {
            try files.moveItem(atPath: path, toPath: "\(path)-old")
        } else {
            try files.removeItem(atPath: path)
        }
        try file.checkPath()
        #expect(file.takeEvents() == [.reopened] && file.takeEvents().isEmpty)
        #expect(files.fileExists(atPath: path), "before anything is written")
        try append("two", to: &file)
        #expect(scene.lines(path) == ["two"])
        if moved { #expect(scene.lines("\(path)-old") == ["one"]) }
        #expect(throws: RecordLogError.self, "locked, too") { try RecordFile(scene.options) }
    }

    @Test func `waits where another program has taken its path`() throws {
        var file = try RecordFile(scene.options)
        try files.moveItem(atPath: path, toPath: "\(path)-old")
        let other = try RecordFile(scene.options)
        #expect(throws: AppendFile.Fault.locked) { try append("two", to: &file) }
        #expect(scene.lines("\(path)-old").isEmpty)
        _ = consume other
        try append("two", to: &file)
        #expect(scene.lines(path) == ["two"])
    }

    @Test func `goes on at its end where another program has shortened it`() throws {
        var file = try RecordFile(scene.options)
        try append("one", to: &file)
        let other = try #require(FileHandle(forWritingAtPath: path))
        try other.truncate(atOffset: 0)
        try append("two", to: &file)
        #expect(scene.lines(path) == ["two"])
        #expect(try Data(contentsOf: URL(filePath: path)).first == UInt8(ascii: "t"))
    }
}
