import Foundation

/// A file of this package: its path from the package's folder, and its text.
struct SourceFile: Sendable {
    let path: String
    let text: String
    let lines: [Substring]
    /// Its lines without comments and without what stands between quotation marks; none of another language.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Substring($0) }
        code = path.hasSuffix(".swift") ? lines.map { CodeLine.strip($0) } : []
    }

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// Those of the words that are anywhere in it: most files have none, and need not be read line by line.
    func present(_ words: [String]) -> [String] {
        words.filter { text.range(of: $0, options: .literal) != nil }
    }

    /// The target whose file it is: the second folder of `Sources/CallModel/Calls/Party.swift`.
    var target: String {
        let folders = path.split(separator: "/")
        return folders.count > 2 ? String(folders[1]) : ""
    }
}

enum CodeLine {
    /// The line up to its comment, with texts left out.
    static func strip(_ line: Substring) -> String {
        var code: [UInt8] = []
        var isText = false
        var previous = UInt8(ascii: " ")
        for byte in line.utf8 {
            if byte == UInt8(ascii: "\""), previous != UInt8(ascii: "\\") {
                isText.toggle()
            } else if !isText {
                if byte == UInt8(ascii: "/"), previous == byte {
                    return String(decoding: code.dropLast(), as: UTF8.self)
                }
                code.append(byte)
            }
            previous = byte
        }
        return String(decoding: code, as: UTF8.self)
    }
}

enum SourceTree {
    /// All text files of the package, but for what was built.
    static let files: [SourceFile] = read()

    static var sources: [SourceFile] { files.filter { $0.path.hasPrefix("Sources/") && $0.isSwift } }

    static var swift: [SourceFile] { files.filter(\.isSwift) }

    private static func read() -> [SourceFile] {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        guard let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey])
        else {
            return []
        }
        let prefix = root.path(percentEncoded: false)
        var files: [SourceFile] = []
        for case let url as URL in walk {
            if [".build", ".git", "recordings"].contains(url.lastPathComponent) {
                walk.skipDescendants()
                continue
            }
            let isFile = (try? url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) ?? false
            guard isFile, let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
            let path = String(url.path(percentEncoded: false).dropFirst(prefix.count))
            files.append(SourceFile(path: path.hasPrefix("/") ? String(path.dropFirst()) : path, text: text))
        }
        return files.sorted { $0.path < $1.path }
    }
}
