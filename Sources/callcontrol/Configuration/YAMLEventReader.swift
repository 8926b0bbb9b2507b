import CYaml

/// A pull parser over libyaml's events: no tree is built, and each event knows its line.
///
/// Anchors and aliases are errors, so that no small file unfolds into a large one. Tags have no effect: what `5001` or
/// `true` means is the option's to say. The events of one text, from its first document to the end of it.
@safe final class YAMLEventReader {
    enum Event {
        case documentStart, documentEnd
        case mappingStart, mappingEnd
        case sequenceStart, sequenceEnd
        case scalar(ConfigurationScalar)
        case streamEnd
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>
    /// A copy of the text: libyaml reads it for as long as the parser lives.
    private let text: UnsafeMutableBufferPointer<UInt8>

    /// The number of the line where the last event begins, from 1.
    private(set) var line = 1

    init(_ text: String) throws(YAMLEventError) {
        var text = text
        unsafe self.text = text.withUTF8 { bytes in
            let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
            _ = unsafe copy.initialize(from: bytes)
            return unsafe copy
        }
        unsafe parser = .allocate(capacity: 1)
        unsafe event = .allocate(capacity: 1)
        unsafe event.initialize(to: yaml_event_t())
        unsafe parser.initialize(to: yaml_parser_t())
        guard unsafe yaml_parser_initialize(parser) == 1 else { throw YAMLEventError(line: nil, text: "out of memory") }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, self.text.baseAddress, self.text.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe event.deallocate()
        unsafe text.deallocate()
    }

    func next() throws(YAMLEventError) -> Event {
        guard unsafe yaml_parser_parse(parser, event) == 1 else { throw error }
        defer { unsafe yaml_event_delete(event) }
        line = unsafe Int(event.pointee.start_mark.line) + 1
        switch unsafe event.pointee.type {
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_MAPPING_START_EVENT:
            try unsafe refuseAnchor(event.pointee.data.mapping_start.anchor)
            return .mappingStart
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_SEQUENCE_START_EVENT:
            try unsafe refuseAnchor(event.pointee.data.sequence_start.anchor)
            return .sequenceStart
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_SCALAR_EVENT:
            try unsafe refuseAnchor(event.pointee.data.scalar.anchor)
            return unsafe .scalar(scalar(event.pointee.data.scalar))
        case YAML_ALIAS_EVENT: throw Self.aliases(line)
        // The start of the stream says nothing; a parser at its end gives no more events.
        case YAML_STREAM_START_EVENT: return try next()
        default: return .streamEnd
        }
    }

    /// Passes over the rest of the value that begins with the event.
    func skip(_ event: Event) throws(YAMLEventError) {
        var depth = 0
        var event = event
        while true {
            switch event {
            case .mappingStart, .sequenceStart: depth += 1
            case .mappingEnd, .sequenceEnd: depth -= 1
            case .scalar: break
            case .documentStart, .documentEnd, .streamEnd: return
            }
            if depth == 0 { return }
            event = try next()
        }
    }

    private func scalar(_ scalar: borrowing yaml_event_t.__Unnamed_union_data.__Unnamed_struct_scalar)
        -> ConfigurationScalar
    {
        let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        return ConfigurationScalar(
            text: unsafe String(decoding: bytes, as: UTF8.self),
            isQuoted: unsafe scalar.style != YAML_PLAIN_SCALAR_STYLE)
    }

    private func refuseAnchor(_ anchor: UnsafeMutablePointer<yaml_char_t>?) throws(YAMLEventError) {
        if unsafe anchor != nil { throw Self.aliases(line) }
    }

    private static func aliases(_ line: Int) -> YAMLEventError {
        YAMLEventError(
            line: line, text: "anchors and aliases (&name, *name) are not supported; write the value out")
    }

    /// The parser's own words and the line, without the line's text, which may hold a password.
    private var error: YAMLEventError {
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "out of memory"
        let line: Int =
            if unsafe parser.pointee.error == YAML_READER_ERROR {
                unsafe text.prefix(parser.pointee.problem_offset).count { $0 == UInt8(ascii: "\n") } + 1
            } else {
                unsafe Int(parser.pointee.problem_mark.line) + 1
            }
        return YAMLEventError(line: line, text: "is not YAML: \(problem)")
    }
}

/// Why a text cannot be read as YAML.
struct YAMLEventError: Error {
    /// From 1.
    var line: Int?
    var text: String
}
