import CallControl
import CallModel
import TLibrary

/// What several options say together.
extension ServerConfiguration {
    mutating func check(_ reader: ConfigurationReader) {
        readPasswordFile(reader)
        checkFailures(reader)
        checkKind(reader)
        checkPrivateMessages(reader)
        checkFrame(reader)
    }

    private mutating func readPasswordFile(_ reader: ConfigurationReader) {
        guard !passwordFile.isEmpty else { return }
        if reader.isGiven(\.engine.password), !engine.password.isEmpty {
            reader.report(
                \.passwordFile,
                "must not be given together with \(ConfigurationOptions.path(of: \.engine.password)); give one of the two"
            )
        }
        do throws(SecretFileError) {
            let secret = try SecretFile.read(passwordFile)
            engine.password = secret.text
            if secret.isReadableByOthers { openSecretFiles.append(passwordFile) }
        } catch {
            reader.report(\.passwordFile, error.description)
        }
    }

    private func checkFailures(_ reader: ConfigurationReader) {
        guard reader.isGiven(\.engine.failures.maximumDelay), engine.failures.maximumDelay >= engine.handshake else {
            return
        }
        let milliseconds = Int(engine.failures.maximumDelay / .milliseconds(1))
        let handshake = ConfigurationOptions.path(of: \.engine.handshake)
        reader.report(
            \.engine.failures.maximumDelay,
            "invalid value \"\(milliseconds)\": expected less than \(handshake), \(engine.handshake.components.seconds) s"
        )
    }

    /// An option of another kind of switch would have no effect, and whoever wrote it expects one.
    private func checkKind(_ reader: ConfigurationReader) {
        for option in ConfigurationOptions.options {
            guard let kind = option.kind, kind != `switch`.kind.rawValue, reader.isGiven(option.value) else { continue }
            reader.report(option.value, "has no effect with kind \(`switch`.kind.rawValue); leave it out")
        }
        if `switch`.kind == .feed, !reader.isGiven(\.switch.address) {
            reader.report(\.switch.address, "is missing; a feed must have the HOST:PORT where its peer listens")
        }
    }

    private func checkPrivateMessages(_ reader: ConfigurationReader) {
        let messages: [any WritableKeyPath<ServerConfiguration, Int32> & Sendable] = [
            \.engine.recording.privateMessages.start, \.engine.recording.privateMessages.stop,
            \.engine.recording.privateMessages.pause, \.engine.recording.privateMessages.resume,
        ]
        for (index, message) in messages.enumerated() {
            let number = self[keyPath: message]
            guard let other = messages[..<index].last(where: { self[keyPath: $0] == number }) else { continue }
            let names = [other, message].compactMap { ConfigurationOptions.path(of: $0).split(separator: ".").last }
            reader.report(
                reader.isGiven(message) ? message : other,
                "duplicate value \(number): \(names.joined(separator: " and ")) must differ")
        }
    }

    /// A frame must hold a call's user data and what an event says besides (WireFormat, "Attributes").
    private func checkFrame(_ reader: ConfigurationReader) {
        let least = engine.limits.userData + EngineConfiguration.frameBesideUserData
        guard engine.limits.frame < least else { return }
        let text =
            "a frame of \(engine.limits.frame) bytes does not hold user data of \(engine.limits.userData); "
            + "frame must be at least user-data + \(EngineConfiguration.frameBesideUserData), here \(least)"
        if reader.isGiven(\.engine.limits.frame) {
            reader.report(\.engine.limits.frame, text)
        } else {
            reader.report(\.engine.limits.userData, text)
        }
    }
}

extension ConfigurationReader {
    /// Whether the option whose value is stored there is given at all, well or badly.
    func isGiven(_ value: any PartialKeyPath<ServerConfiguration> & Sendable) -> Bool {
        index(of: value).map { document.values[$0] != nil } ?? false
    }

    /// Reports the option whose value is stored there.
    func report(_ value: any PartialKeyPath<ServerConfiguration> & Sendable, _ text: String) {
        guard let index = index(of: value) else { return }
        report(document, index, keys: ConfigurationOptions.options.map(\.path), text)
    }

    private func index(of value: any PartialKeyPath<ServerConfiguration> & Sendable) -> Int? {
        ConfigurationOptions.options.firstIndex { $0.value == value }
    }
}
