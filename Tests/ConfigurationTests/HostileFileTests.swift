import Foundation
import Testing

@testable import callcontrol

@Suite struct `A file that is no configuration` {
    @Test(arguments: [
        "a: &a [x]\nb: [*a,*a]\n",
        "? *a\n: 1\n",
        "{*a : 1}\n",
        "# note\r? *a\r: 1\r",
        "\"x\n# y\", *a\n",
        "\u{FEFF}*a\n",
        "a: {b: 'x' , c:\t&d 1}\n",
    ])
    func `is refused where it holds an anchor or an alias`(_ text: String) {
        #expect(AnchorSearch.firstLine(of: text) != nil)
    }

    @Test(arguments: [
        "# a & b, and *this*\nserver: {}\n",
        "server: { name: R&D } # see *that*\n",
        "server: { name: \"a & b\" }\n",
        "server: { password: x*y&z }\n",
    ])
    func `is not taken for one with anchors because of a comment or a word`(_ text: String) {
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
                "c.yaml:1: must be a mapping; its keys are server, access, switch, recording, media, records and limits"
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
