import CYaml

/// Search for anchors and aliases among the parser's own events, before a tree is built.
///
/// In the tree it would be too late: comparing the keys of a mapping visits each copy that aliases make, so that a small
/// file takes for ever. What the parser cannot read is left to it to report.
enum YAMLAliasDetector {
    /// The number of the first line that holds one, from 1.
    static func firstLine(of text: String) -> Int? {
        // Without either sign there is none, and a large file is read once only.
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "*") }) else { return nil }
        var text = text
        return text.withUTF8 { unsafe firstLine(of: $0) }
    }

    private static func firstLine(of text: UnsafeBufferPointer<UInt8>) -> Int? {
        var parser = unsafe yaml_parser_t()
        guard unsafe yaml_parser_initialize(&parser) == 1 else { return nil }
        defer { unsafe yaml_parser_delete(&parser) }
        unsafe yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(&parser, text.baseAddress, text.count)
        while true {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(&parser, &event) == 1 else { return nil }
            defer { unsafe yaml_event_delete(&event) }
            if unsafe event.type == YAML_STREAM_END_EVENT { return nil }
            if unsafe namesNode(event) { return unsafe Int(event.start_mark.line) + 1 }
        }
    }

    private static func namesNode(_ event: yaml_event_t) -> Bool {
        switch unsafe event.type {
        case YAML_ALIAS_EVENT: true
        case YAML_SCALAR_EVENT: unsafe event.data.scalar.anchor != nil
        case YAML_SEQUENCE_START_EVENT: unsafe event.data.sequence_start.anchor != nil
        case YAML_MAPPING_START_EVENT: unsafe event.data.mapping_start.anchor != nil
        default: false
        }
    }
}
