import CallControl
import Foundation
import Testing

@testable import callcontrol

@Suite struct `A password in a file` {
    private func file(_ bytes: [UInt8], permissions: Int = 0o600) throws -> String {
        let path = try Program.file("")
        try Data(bytes).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
        return path
    }

    @Test(arguments: [("secret", "secret"), ("secret\n", "secret"), ("a *b &c\r\n", "a *b &c"), (" x ", " x ")])
    func `is the file's line, without its end`(_ text: String, _ secret: String) throws {
        let path = try file(Array(text.utf8))
        defer { Program.remove(path) }
        #expect(try SecretFile.read(path) == .init(text: secret, isReadableByOthers: false))
        #expect(try configuration("server: { password-file: \(path) }").engine.password == secret)
    }

    @Test(arguments: [[], [10], Array(repeating: 65, count: 256), [65, 0, 66], [65, 10, 66], [0xFF]] as [[UInt8]])
    func `is refused where it is none, without a word of it`(_ bytes: [UInt8]) throws {
        let path = try file(bytes)
        defer { Program.remove(path) }
        let problems = problems(of: "server: { password-file: \(path) }")
        #expect(
            problems == [
                "c.yaml:1: server.password-file: \"\(path.shown)\" must hold one line of 1 to 255 bytes of UTF-8 text"
            ])
    }

    @Test func `must be a file that is there, and is given once`() throws {
        #expect(problems(of: "server: { password-file: /nowhere/p }").first?.contains("is not there") == true)
        #expect(problems(of: "server: { password-file: /tmp }").first?.contains("must be a regular file") == true)
        let path = try file(Array("secret".utf8))
        defer { Program.remove(path) }
        #expect(
            problems(of: "server: { password: other, password-file: \(path) }") == [
                "c.yaml:1: server.password-file: must not be given together with server.password; give one of the two"
            ])
    }

    @Test func `is said to be open where every user may read it`() throws {
        let path = try file(Array("secret".utf8), permissions: 0o644)
        defer { Program.remove(path) }
        #expect(try SecretFile.read(path).isReadableByOthers)
        #expect(try configuration("server: { password-file: \(path) }").openSecretFiles == [path])
        let link = "\(path).link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        defer { Program.remove(link) }
        #expect(try SecretFile.read(link).text == "secret")
    }
}
