/// What documents refer to: files by relative links, and articles of their catalogue by `<doc:NAME>`.
enum DocumentLinks {
    /// The links of a document that lead to no file of the package, each with its line.
    static func broken(in file: SourceFile, among paths: Set<String>) -> [String] {
        prose(of: file).flatMap { place, line in
            targets(in: line, of: file.path).filter { !paths.contains($0.path) }.map { ":\(place + 1): \($0.link)" }
        }
    }

    /// The lines outside of code blocks, with their indices and without code spans.
    private static func prose(of file: SourceFile) -> [(Int, String)] {
        var isCode = false
        return file.lines.enumerated().compactMap { place, line in
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isCode.toggle()
                return nil
            }
            return isCode ? nil : (place, String(line.replacing(#/`+[^`]*`+/#, with: "")))
        }
    }

    /// Where a line's links lead, as paths of the package. Addresses of the network and places of the same page are left out.
    private static func targets(in line: String, of path: String) -> [(link: String, path: String)] {
        let folder = path.split(separator: "/").dropLast().map(String.init)
        let files = line.matches(of: #/\]\(([^)\s]+)\)/#).map { String($0.1) }.filter { link in
            !link.contains(":") && !link.hasPrefix("#")
        }
        let articles = line.matches(of: #/<doc:([A-Za-z]+)>/#).map { String($0.1) }
        return files.map { ($0, resolved($0, in: folder)) }
            + articles.map { ("doc:\($0)", resolved("\($0).md", in: folder)) }
    }

    private static func resolved(_ link: String, in folder: [String]) -> String {
        var parts = folder
        for part in link.prefix(while: { $0 != "#" }).split(separator: "/") {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
