import Foundation

/// What a process holds open.
enum OpenFiles {
    static func paths(of process: Int32) throws -> [String] {
        let folder = "/proc/\(process)/fd"
        return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { descriptor in
            // It may be closed by now.
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(descriptor)")
        }
    }
}
