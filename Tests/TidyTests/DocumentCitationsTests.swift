import Testing

struct DocumentCitationsTests {
    @Test func `every section that a comment cites is there`() {
        let files = SourceTree.files
        let headings = DocumentCitations.headings(in: files)
        #expect(headings.count == 8)
        let broken = files.filter { !$0.path.hasSuffix(".md") && !$0.path.hasPrefix("Tests/TidyTests/") }
            .flatMap { file in
                DocumentCitations.broken(in: file, headings: headings).map { "\(file.path)\($0)" }
            }
        #expect(broken.isEmpty, "\(broken.joined(separator: ", "))")
    }

    @Test func `sections that there are, and others`() {
        func broken(_ line: String) -> [String] {
            DocumentCitations.broken(
                in: SourceFile(path: "Sources/A/A.swift", text: line), headings: ["WireFormat": ["Frame"]])
        }
        #expect(broken("/// (WireFormat, \"Frame\")").isEmpty)
        #expect(broken("/// (WireFormat, \"Framing\")") == [":1: WireFormat, \"Framing\""])
        #expect(broken("/// (RFC 8259, \"Objects\")").isEmpty)
    }
}
