import CallControl
import CallModel
import TLibrary

extension ServerConfiguration {
    mutating func readServer(_ section: ConfigurationSection) {
        section.read("listen", address: &listen)
        section.read("metrics", endpoint: &metrics)
        section.read("name", text: 1...255, into: &engine.name)
        section.read("keep-alive", seconds: 0...86_400, into: &engine.keepAlive)
        section.read("handshake", seconds: 1...3_600, into: &engine.handshake)
        section.read("drain", seconds: 0...3_600, into: &engine.drain)
        section.read("password", text: 0...255, secret: true, into: &engine.password)
        readPasswordFile(section)
        section.read("shards", number: 0...64, into: &shards)
        section.read("http-connections", number: 8...1_000, into: &httpConnections)
    }

    private mutating func readPasswordFile(_ section: ConfigurationSection) {
        var path = ""
        section.read("password-file", text: 0...4_000, into: &path)
        guard !path.isEmpty else { return }
        if section.isGiven("password"), !engine.password.isEmpty {
            section.report("password-file", "stands beside password; give one of the two")
        }
        do throws(SecretFileError) {
            let secret = try SecretFile.read(path)
            engine.password = secret.text
            if secret.isReadableByOthers { openSecretFiles.append(path) }
        } catch {
            section.report("password-file", error.description)
        }
    }

    mutating func readLog(_ section: ConfigurationSection) {
        section.read("level", choice: &log.level)
        section.read("file", text: 0...4_000, into: &log.file)
        section.require("file", .appendedFile, log.file)
        section.read("queue", number: 100...1_000_000, of: "of lines", into: &log.queue)
        section.read("rate", number: 0...1_000_000, of: "of lines", into: &log.rate)
    }

    mutating func readAccess(_ section: ConfigurationSection) {
        let failures = section.section("failures")
        failures.read("delay-ms", milliseconds: 0...10_000, into: &engine.failures.delay)
        failures.read("max-delay-ms", milliseconds: 0...3_600_000, into: &engine.failures.maximumDelay)
        failures.read("per-address", number: 0...1_000_000, of: "of failures", into: &engine.failures.perAddress)
        failures.read("window", seconds: 1...86_400, into: &engine.failures.window)
        guard failures.isGiven("max-delay-ms"), engine.failures.maximumDelay >= engine.handshake else { return }
        let milliseconds = engine.failures.maximumDelay / .milliseconds(1)
        failures.report(
            "max-delay-ms",
            "\"\(Int(milliseconds))\" is too long; must be below server.handshake, \(engine.handshake.components.seconds) s"
        )
    }

    mutating func readRecording(_ section: ConfigurationSection) {
        readFileName(section)
        section.read("record-consult-calls", flag: &engine.recording.recordsConsultationCalls)
        section.read("indication-values", choice: &engine.recording.indicationValues)
        section.read("record-after-merge", flag: &engine.recording.recordsAfterMerge)
        section.read("outcome-events", flag: &engine.recording.outcomeEvents)
        section.read("pause-limit", number: 0...86_400, of: "of seconds", into: &engine.recording.pauseLimit)
        section.read("pause-limit-action", choice: &engine.recording.pauseLimitAction)
        section.read("pause-covers-joiners", flag: &engine.recording.pauseCoversJoiners)
        readPrivateMessages(section.section("private-messages"))
    }

    private mutating func readFileName(_ section: ConfigurationSection) {
        var text = engine.recording.fileName.text
        section.read("recording-filename", text: 1...200, into: &text)
        if let pattern = FileNamePattern(text) {
            engine.recording.fileName = pattern
        } else {
            section.report(
                "recording-filename",
                "\"\(text.shown)\" is unsound; must be letters, digits, dots, underscores, hyphens and $VARIABLES$")
        }
    }

    private mutating func readPrivateMessages(_ section: ConfigurationSection) {
        var numbers: [Int: String] = [:]
        func read(_ key: String, into value: inout Int32) {
            var number = Int(value)
            section.read(key, number: 1...Int(Int32.max), into: &number)
            value = Int32(number)
            if let other = numbers.updateValue(key, forKey: number) {
                let late = section.isGiven(key) ? key : other
                section.report(late, "\(number) stands for \(other) and \(key); each needs a number of its own")
            }
        }
        read("start", into: &engine.recording.privateMessages.start)
        read("stop", into: &engine.recording.privateMessages.stop)
        read("pause", into: &engine.recording.privateMessages.pause)
        read("resume", into: &engine.recording.privateMessages.resume)
    }

    mutating func readRecords(_ section: ConfigurationSection) {
        section.read("file", text: 0...4_000, into: &records.file)
        section.require("file", .appendedFile, records.file)
        section.read("rotate-bytes", bytes: 1...(1 << 40), into: &records.rotateBytes)
        section.read("keep", number: 0...10_000, of: "of files", into: &records.keep)
        section.read("fsync", flag: &records.fsync)
        section.read("backlog-bytes", bytes: 1...(1 << 40), into: &records.backlogBytes)
        section.read("recover-bytes", bytes: 1...(1 << 40), into: &records.recoverBytes)
    }

    mutating func readLimits(_ section: ConfigurationSection) {
        let great = 1 << 40
        section.read("frame", bytes: 16_384...16_777_216, into: &engine.limits.frame)
        section.read("window", number: 1...1_000_000, of: "of requests", into: &engine.limits.window)
        section.read("backlog-bytes", bytes: 1...great, into: &engine.limits.backlogBytes)
        section.read("backlog-age", seconds: 1...86_400, into: &engine.limits.backlogAge)
        section.read("backlog-total", bytes: 1...great, into: &engine.limits.backlogTotal)
        section.read("retention-bytes", bytes: 0...great, into: &engine.limits.retentionBytes)
        section.read("retention-age", seconds: 0...86_400, into: &engine.limits.retentionAge)
        section.read("sessions", number: 1...10_000_000, into: &engine.limits.sessions)
        section.read("unopened", number: 0...1_000_000, of: "of connections", into: &engine.limits.unopened)
        section.read(
            "unopened-per-address", number: 0...1_000_000, of: "of connections", into: &engine.limits.unopenedPerAddress
        )
        section.read("registrations", number: 1...10_000_000, into: &engine.limits.registrations)
        section.read("inbox", number: 1...100_000_000, of: "of inputs", into: &engine.limits.mailbox)
        section.read("calls", number: 1...100_000_000, into: &engine.limits.calls)
        section.read("recordings", number: 1...65_535, into: &engine.recording.limit)
        section.read("user-data", bytes: 1...16_000_000, into: &engine.limits.userData)
        section.read("user-data-total", bytes: 0...great, into: &engine.limits.userDataTotal)
        section.read("feed-line", bytes: 1_024...1_048_576, into: &`switch`.feedLine)
        checkFrame(section)
    }

    /// A frame must hold a call's user data and what an event says besides (WireFormat, "Attributes").
    private func checkFrame(_ section: ConfigurationSection) {
        let least = engine.limits.userData + 16_384
        guard engine.limits.frame < least else { return }
        section.report(
            section.isGiven("frame") ? "frame" : "user-data",
            "a frame of \(engine.limits.frame) bytes does not hold user data of \(engine.limits.userData); "
                + "frame must be at least user-data + 16384, here \(least)")
    }
}
