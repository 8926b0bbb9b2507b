import Foundation

/// A secret that stands in a file of its own: nothing else shows it, such as the list of processes.
enum SecretFile {
    /// Bytes of a secret.
    static let limit = 255

    struct Secret: Equatable {
        var text: String
        /// Whether every user of this machine may read the file.
        var isReadableByOthers: Bool
    }

    /// The file's text; one newline at its end is left out.
    static func read(_ path: String) throws(SecretFileError) -> Secret {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved(path)) else {
            throw SecretFileError(description: "\"\(path.shown)\" is not there, or cannot be looked at")
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw SecretFileError(description: "\"\(path.shown)\" must be a regular file")
        }
        guard let handle = FileHandle(forReadingAtPath: path),
            var data = try? handle.read(upToCount: limit + 3) ?? Data()
        else {
            throw SecretFileError(description: "\"\(path.shown)\" cannot be read by this user")
        }
        try? handle.close()
        if data.last == UInt8(ascii: "\n") { data.removeLast() }
        if data.last == UInt8(ascii: "\r") { data.removeLast() }
        guard let text = String(validating: data, as: UTF8.self), (1...limit).contains(data.count),
            !text.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\n") })
        else {
            throw SecretFileError(
                description: "\"\(path.shown)\" must hold one line of 1 to \(limit) bytes of UTF-8 text")
        }
        let permissions = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        return Secret(text: text, isReadableByOthers: permissions & 0o004 != 0)
    }

    /// Behind symbolic links, as systemd and Kubernetes give secrets.
    private static func resolved(_ path: String) -> String {
        URL(filePath: path).resolvingSymlinksInPath().path
    }
}

/// Why a secret cannot be read. Never holds any of it.
struct SecretFileError: Error, Equatable, CustomStringConvertible {
    var description: String
}
