/// What comments cite: sections of articles, by their headings.
enum DocumentCitations {
    /// The sections that comments cite, such as `(WireFormat, "Snapshots")`, and that no article has.
    static func broken(in file: SourceFile, headings: [String: Set<String>]) -> [String] {
        guard !file.present(headings.keys.map { "\($0), \"" }).isEmpty else { return [] }
        return file.lines.enumerated().flatMap { place, line -> [String] in
            guard line.utf8.contains(UInt8(ascii: "\"")) else { return [] }
            return line.matches(of: #/\b([A-Z]?[A-Za-z]+), "([^"]+)"/#).compactMap { match in
                guard let known = headings[String(match.1)], !known.contains(String(match.2)) else { return nil }
                return ":\(place + 1): \(match.1), \"\(match.2)\""
            }
        }
    }

    /// The headings of each article that comments cite, by the last word of its name in them.
    static func headings(in files: [SourceFile]) -> [String: Set<String>] {
        var headings: [String: Set<String>] = [:]
        for (name, path) in articles {
            guard let file = files.first(where: { $0.path == path }) else { continue }
            headings[name] = Set(
                file.lines.compactMap { $0.wholeMatch(of: #/#+ (.+)/#) }.map { String($0.1) })
        }
        return headings
    }

    private static let articles = [
        "WireFormat": "Sources/TLibrary/TLibrary.docc/WireFormat.md",
        "contract": "Sources/CallModel/CallModel.docc/RecordingContract.md",
        "Architecture": "Sources/CallControl/CallControl.docc/Architecture.md",
        "Embedding": "Sources/CallControl/CallControl.docc/Embedding.md",
        "Feed": "Sources/Switches/Switches.docc/Feed.md",
        "Operations": "Sources/callcontrol/callcontrol.docc/Operations.md",
        "Metrics": "Sources/callcontrol/callcontrol.docc/Metrics.md",
        "Records": "Sources/callcontrol/callcontrol.docc/Records.md",
    ]
}
