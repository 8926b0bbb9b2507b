import Foundation

/// A file or directory that the server needs, and the option that names it.
struct RequiredPath: Equatable {
    enum Use: Equatable {
        /// A directory that is made where it is missing, and written to.
        case madeDirectory
        /// A directory of somebody else's, which is read.
        case directory
        /// A file that is made where it is missing, and appended to. Its folder is not made.
        case appendedFile
    }

    var place: ConfigurationProblem.Place
    var key: String
    var use: Use
    var path: String

    /// What keeps the server from using it, as things are now; `nil`: nothing. Changes nothing.
    var problem: ConfigurationProblem? {
        let fault =
            switch use {
            case .madeDirectory: Self.faultOfMadeDirectory(path)
            case .directory: Self.faultOfDirectory(path)
            case .appendedFile: Self.faultOfFile(path)
            }
        return fault.map { ConfigurationProblem(place: place, key: key, text: "\"\(path.shown)\" \($0)") }
    }

    private static func faultOfMadeDirectory(_ path: String) -> String? {
        var path = path
        while kind(of: path) == .missing {
            let parent = self.parent(of: path)
            guard parent != path else { return "cannot be made" }
            path = parent
        }
        guard kind(of: path) == .directory else { return "cannot be made: \"\(path.shown)\" is no directory" }
        return FileManager.default.isWritableFile(atPath: path) && FileManager.default.isExecutableFile(atPath: path)
            ? nil : "cannot be written: this user may not write to \"\(path.shown)\""
    }

    private static func faultOfDirectory(_ path: String) -> String? {
        switch kind(of: path) {
        case .missing: "is not there; it must be a directory that this user may read"
        case .other: "is no directory"
        case .directory:
            FileManager.default.isReadableFile(atPath: path) && FileManager.default.isExecutableFile(atPath: path)
                ? nil : "cannot be read by this user"
        }
    }

    private static func faultOfFile(_ path: String) -> String? {
        switch kind(of: path) {
        case .directory: return "is a directory; it must be a file"
        case .other: return FileManager.default.isWritableFile(atPath: path) ? nil : "cannot be written by this user"
        case .missing: break
        }
        let folder = parent(of: path)
        guard kind(of: folder) == .directory else { return "cannot be made: \"\(folder.shown)\" is no directory" }
        return FileManager.default.isWritableFile(atPath: folder)
            && FileManager.default.isExecutableFile(atPath: folder)
            ? nil : "cannot be made: this user may not write to \"\(folder.shown)\""
    }

    private enum Kind {
        case missing, directory, other
    }

    private static func kind(of path: String) -> Kind {
        let resolved = URL(filePath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved) else {
            // What cannot be looked at is in a folder that this user may not enter: the folder tells.
            return .missing
        }
        return attributes[.type] as? FileAttributeType == .typeDirectory ? .directory : .other
    }

    /// Of a relative path with one component: the working directory.
    private static func parent(of path: String) -> String {
        var parts = path.split(separator: "/")
        guard !parts.isEmpty else { return path }
        parts.removeLast()
        let parent = parts.joined(separator: "/")
        if path.hasPrefix("/") { return "/" + parent }
        return parent.isEmpty ? "." : parent
    }
}
