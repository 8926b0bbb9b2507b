import Foundation
import Testing

@testable import callcontrol

@Suite struct `A file that is no configuration` {
    @Test(arguments: [
        ("a: &a [x]\nb: [*a,*a]\n", 1), ("? *a\n: 1\n", 1), ("{*a : 1}\n", 1), ("# note\r? *a\r: 1\r", 2),
        ("\u{FEFF}*a\n", 1), ("a: {b: 'x' , c:\t&d 1}\n", 1), ("a: x\nb: &c\n  d: 1\n", 2), ("a:\n- &x 1\n", 2),
        ("server:\n  <<: *base\n", 2), ("a: |\n  *x\nb: *x\n", 3), ("a: !!str &x 1\n", 1), ("--- &x\na: 1\n", 1),
    ])
    func `is refused where it holds an anchor or an alias, with its line`(_ text: String, _ line: Int) {
        #expect(
            problems(of: text) == [
                "c.yaml:\(line): anchors and aliases (&name, *name) are not supported; write the value out"
            ])
    }

    /// Each line doubles what stands in the one above: compared copy by copy, the last key would take for ever.
    @Test func `is refused at once where aliases unfold without end`() {
        var text = "a0: &a0 [x, x]\n"
        for place in 1..<64 { text += "a\(place): &a\(place) [*a\(place - 1), *a\(place - 1)]\n" }
        text += "? *a63\n: 1\n"
        #expect(problems(of: text).count == 1)
    }

    @Test(arguments: [
        "# a & b, and *this*\nserver: {}\n",
        "server: { name: R&D } # see *that*\n",
        "server: { name: \"a & b\" }\n",
        "server: { password: x*y&z }\n",
        "server: { password: 'a *b &c' }\n",
        "server: { password: '*b' }\n",
        "server:\n  password: \"&b\"\n",
        "server:\n  password: >-\n    *b &c\n",
        "server: { name: 'it''s *b', password: \"a\\\"*b\" } # it's &c\n",
        "switch: { dns: [ { dn: \"*72\", type: extension }, { dn: '&1', type: extension } ] }\n",
    ])
    func `is not taken for one with anchors because of a comment, a word or a text in quotes`(_ text: String) {
        #expect(problems(of: text) == [])
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "])
    func `is refused where it nests without end`(_ opening: String) {
        #expect(!problems(of: String(repeating: opening, count: 100_000)).isEmpty)
    }

    @Test func `is refused where it nests as deep as the parser goes`() {
        let depth = 990
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(
            problems(of: text) == [
                "c.yaml:1: must be a mapping; its keys are server, access, switch, recording, media, records, log, limits"
            ])
    }

    @Test(arguments: [
        "server: { name: \"\\uD800\" }", "server: { name: \"\\xFF", "%YAML 9.9\n---\nserver: {}", "!!binary server",
        "--- |\n server", "server: !<tag:x> 5", "server: { listen: !!int 5 }", "\u{0}", "server: { ? }", "a: b: c", "}",
        "@",
    ])
    func `is refused where it is odd`(_ text: String) {
        #expect(!problems(of: text).isEmpty)
    }

    @Test func `is refused where it is a directory, is missing, is too large or is not text`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "callcontrol-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "c.yaml").path

        #expect(problem(of: directory.path).contains("cannot be"))
        #expect(problem(of: file) == "\(file): cannot be opened; give the path of a YAML file that this user may read")
        try Data(repeating: 0x20, count: ConfigurationDocument.maximumSize + 1).write(to: URL(filePath: file))
        #expect(problem(of: file) == "\(file): is over 16 MiB, the bound of a configuration")
        try Data([0x61, 0x3A, 0xFF]).write(to: URL(filePath: file))
        #expect(problem(of: file) == "\(file): is not UTF-8 text")
    }

    private func problem(of file: String) -> String {
        do throws(ConfigurationError) {
            _ = try ServerConfiguration(file: file, environment: [:])
            return ""
        } catch {
            return error.description
        }
    }
}
