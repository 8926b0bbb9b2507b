import Foundation

/// The text of a configuration file: UTF-8, of ``maximumSize`` bytes at most.
struct ConfigurationDocument {
    static let maximumSize = 16 * 1_024 * 1_024

    let file: String
    let text: String

    init(file: String) throws(ConfigurationError) {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw Self.unreadable(file, "cannot be opened; give the path of a YAML file that this user may read")
        }
        defer { try? handle.close() }
        let data: Data
        do {
            data = try handle.read(upToCount: Self.maximumSize + 1) ?? Data()
        } catch {
            throw Self.unreadable(file, "cannot be read; give the path of a YAML file, not of a directory")
        }
        guard data.count <= Self.maximumSize else {
            throw Self.unreadable(file, "is over 16 MiB, the bound of a configuration")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Self.unreadable(file, "is not UTF-8 text")
        }
        self.init(text: text, named: file)
    }

    init(text: String, named file: String) {
        self.file = file
        self.text = text
    }

    private static func unreadable(_ file: String, _ text: String) -> ConfigurationError {
        ConfigurationError(problems: [.init(place: .file(file), key: "", text: text)])
    }
}
