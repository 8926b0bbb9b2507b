import Testing

struct DocumentTests {
    @Test func `every link in a document leads to a file`() {
        let files = SourceTree.files
        let paths = Set(files.map(\.path))
        let documents = files.filter { $0.path.hasSuffix(".md") }
        #expect(documents.count > 25)
        let broken = documents.flatMap { file in
            DocumentLinks.broken(in: file, among: paths).map { "\(file.path)\($0)" }
        }
        #expect(broken.isEmpty, "\(broken.joined(separator: ", "))")
    }
}

struct DocumentLinksTests {
    private func broken(_ text: String) -> [String] {
        let file = SourceFile(path: "Sources/A/A.docc/A.md", text: text)
        return DocumentLinks.broken(in: file, among: ["README.md", "Sources/A/A.docc/B.md", "Sources/C/C.docc/C.md"])
    }

    @Test(arguments: [
        "[b](B.md)", "[b](./B.md#part)", "[c](../../C/C.docc/C.md)", "[r](../../../README.md)", "<doc:B>",
        "[n](https://example.com/X.md)", "[h](#part)", "`[x](X.md)`", "```\n[x](X.md)\n```",
    ])
    func `links that lead somewhere`(text: String) {
        #expect(broken(text).isEmpty)
    }

    @Test func `links that lead nowhere`() {
        #expect(broken("one\n[x](X.md), [b](B.md)") == [":2: X.md"])
        #expect(broken("<doc:C>") == [":1: doc:C"])
        #expect(broken("[c](../C/C.docc/C.md)") == [":1: ../C/C.docc/C.md"])
    }
}
