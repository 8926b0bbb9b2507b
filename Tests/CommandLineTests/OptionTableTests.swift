import CallControl
import Testing

@testable import callcontrol

@Suite struct `The table of options` {
    @Test func `has no path and no variable twice`() {
        let paths = ConfigurationOptions.rows.map(\.path)
        #expect(Set(paths).count == paths.count)
        #expect(Set(paths.map(ConfigurationOptions.variable)).count == paths.count)
        #expect(
            Set(ConfigurationOptions.options.map { $0.value as AnyKeyPath }).count == ConfigurationOptions.options.count
        )
    }

    /// A default that its own row refuses could not be written down.
    @Test func `accepts each default as a value, and that changes nothing`() throws {
        for option in ConfigurationOptions.options {
            let text = option.text(ServerConfiguration())
            var configuration = ServerConfiguration()
            if text.isEmpty, option.kind != nil { continue }
            try option.read(ConfigurationScalar(text: text, isQuoted: nil), &configuration)
            #expect(configuration == ServerConfiguration(), "\(option.path)")
        }
        for option in MediaServerSettings.options where !option.isMandatory {
            let text = option.text(MediaServerSettings())
            var settings = MediaServerSettings()
            if text.isEmpty { continue }
            try option.read(ConfigurationScalar(text: text, isQuoted: nil), &settings)
            #expect(option.text(settings) == text && settings.server == MediaServerSettings().server, "\(option.path)")
        }
    }

    @Test func `describes each option`() {
        let references =
            ConfigurationOptions.rows.map(\.reference) + ConfigurationOptions.lists.flatMap(\.entries)
        for reference in references {
            #expect(!reference.help.isEmpty && reference.help.hasSuffix("."), "\(reference.path)")
            #expect(reference.type == "list" || !reference.bounds.isEmpty, "\(reference.path)")
        }
        let limit = ConfigurationOptions.rows.first { $0.path == "limits.backlog-age" }?.reference
        #expect(
            limit
                == OptionReference(
                    path: "limits.backlog-age", kind: "", type: "number", unit: "seconds", standard: "30",
                    bounds: "1 to 86400", reload: .restart,
                    help: "Age of the oldest event of a backlog. Beyond it the session is disconnected.",
                    hasVariable: true))
    }

    /// Each key is read where its path says, from the file and from the environment.
    @Test(arguments: ConfigurationOptions.options.map(\.path))
    func `names the option by its path, in the file and in the environment`(path: String) {
        let keys = path.split(separator: ".")
        let text =
            keys.dropLast().enumerated().map { String(repeating: " ", count: $0) + "\($1):\n" }.joined()
            + String(repeating: " ", count: keys.count - 1) + "\(keys[keys.count - 1]): [1]\n"
        #expect(
            problems(of: text).contains(
                "c.yaml:\(keys.count): \(path): must be one value, not a list or a mapping"))
        let variable = ConfigurationOptions.variable(of: path)
        #expect(
            !problems(of: "", environment: [variable: "\u{7F}"]).contains { $0.contains("unknown") })
    }
}
