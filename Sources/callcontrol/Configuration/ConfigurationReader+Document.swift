extension ConfigurationReader {
    /// Reads the file's one document: lists into the configuration, single values as they are written.
    func readDocument(
        _ events: YAMLEventReader, into configuration: inout ServerConfiguration
    ) throws(YAMLEventError) {
        // An empty file has no document: every option keeps its default.
        guard case .documentStart = try events.next() else { return }
        let event = try events.next()
        switch event {
        case .mappingStart: try readGroup(ConfigurationOptions.root, events, into: &configuration)
        case .scalar(let scalar) where scalar.text.isEmpty: break
        case .scalar, .sequenceStart, .mappingEnd, .sequenceEnd, .documentStart, .documentEnd, .streamEnd:
            report(
                place(line: events.line), key: "", "must be a mapping; its keys are \(ConfigurationOptions.root.keys)")
            try events.skip(event)
        }
        _ = try events.next()
        guard case .documentStart = try events.next() else { return }
        throw YAMLEventError(line: events.line, text: "is not YAML: but found another document")
    }

    /// Reads a mapping whose start has been read, up to its end.
    private func readGroup(
        _ group: ConfigurationGroup, _ events: YAMLEventReader, into configuration: inout ServerConfiguration
    ) throws(YAMLEventError) {
        var lines: [String: Int] = [:]
        while true {
            let event = try events.next()
            guard case .scalar(let key) = event else {
                if case .mappingEnd = event { return }
                report(place(line: events.line), key: group.path, "a key must be a word")
                try events.skip(event)
                try events.skip(try events.next())
                continue
            }
            let path = group.path.isEmpty ? key.text : "\(group.path).\(key.text)"
            let line = events.line
            if let first = lines.updateValue(line, forKey: key.text) {
                report(place(line: line), key: path.shown, "duplicate key: first on line \(first)")
            }
            switch group.child(key.text) {
            case .group(let child): try readGroup(child, keyLine: line, events, into: &configuration)
            case .option(let index): try setOption(index, Self.value(events, line: line))
            case .list(let index):
                try readList(ConfigurationOptions.lists[index], keyLine: line, events, into: &configuration)
            case nil:
                report(place(line: line), key: path.shown, "unknown key; the keys here are \(group.keys)")
                try events.skip(try events.next())
            }
        }
    }

    private func readGroup(
        _ group: ConfigurationGroup, keyLine: Int, _ events: YAMLEventReader,
        into configuration: inout ServerConfiguration
    ) throws(YAMLEventError) {
        let event = try events.next()
        switch event {
        case .mappingStart:
            beginGroup(group.path, line: events.line)
            try readGroup(group, events, into: &configuration)
        case .scalar(let scalar) where scalar.isAbsent: break
        case .scalar, .sequenceStart, .mappingEnd, .sequenceEnd, .documentStart, .documentEnd, .streamEnd:
            report(place(line: keyLine), key: group.path, "must be a mapping of keys to values")
            try events.skip(event)
        }
    }

    private static func value(
        _ events: YAMLEventReader, line: Int
    ) throws(YAMLEventError) -> ConfigurationSection.Value {
        let event = try events.next()
        if case .scalar(let scalar) = event { return .init(content: .scalar(scalar), line: line) }
        try events.skip(event)
        return .init(content: .collection, line: line)
    }

    // MARK: Lists

    private func readList(
        _ list: ConfigurationList, keyLine: Int, _ events: YAMLEventReader,
        into configuration: inout ServerConfiguration
    ) throws(YAMLEventError) {
        let event = try events.next()
        guard case .sequenceStart = event else {
            report(place(line: keyLine), key: list.path, "must be a list, one entry a line, each beginning with -")
            return try events.skip(event)
        }
        list.begin(&configuration)
        beginNames()
        var section = ConfigurationSection(list: list.path, options: list.keys.count)
        var count = 0
        while true {
            let event = try events.next()
            if case .sequenceEnd = event { break }
            section.begin(count, line: events.line)
            count += 1
            guard case .mappingStart = event else {
                report(place(line: events.line), key: section.path, "must be a mapping, such as { key: value }")
                try events.skip(event)
                continue
            }
            try readEntry(list.keys, events, into: &section)
            list.read(section, self, &configuration)
        }
        guard count > list.limit else { return }
        report(place(line: keyLine), key: list.path, "has \(count) entries; expected \(list.limit) at most")
    }

    /// Reads the mapping of an entry, whose start has been read, up to its end.
    private func readEntry(
        _ keys: [String], _ events: YAMLEventReader, into section: inout ConfigurationSection
    ) throws(YAMLEventError) {
        while true {
            let event = try events.next()
            guard case .scalar(let key) = event else {
                if case .mappingEnd = event { return }
                report(place(line: events.line), key: section.path, "a key must be a word")
                try events.skip(event)
                try events.skip(try events.next())
                continue
            }
            let line = events.line
            guard let index = keys.firstIndex(of: key.text) else {
                section.addUnknown(key.text, line: line)
                try events.skip(try events.next())
                continue
            }
            if let first = section.values[index]?.line {
                report(
                    place(line: line), key: section.path(of: key.text), "duplicate key: first on line \(first)")
            }
            section.set(index, try Self.value(events, line: line))
        }
    }
}
