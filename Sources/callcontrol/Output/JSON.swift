import Foundation
import TLibrary

/// A JSON value whose members keep their order.
enum JSON {
    case string(String)
    case number(Int64)
    case boolean(Bool)
    case array([JSON])
    case object([(key: String, value: JSON)])

    /// On one line.
    var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .string(let string): Self.write(string, to: &text)
        case .number(let number): text += String(number)
        case .boolean(let flag): text += flag ? "true" : "false"
        case .array(let values):
            text += "["
            for (place, value) in values.enumerated() {
                if place > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (place, member) in members.enumerated() {
                if place > 0 { text += "," }
                Self.write(member.key, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSON: Decodable, Equatable {
    /// The members of an object come in the order of their names.
    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            self = .string(text)
        } else if let flag = try? value.decode(Bool.self) {
            self = .boolean(flag)
        } else if let number = try? value.decode(Int64.self) {
            self = .number(number)
        } else if let values = try? value.decode([JSON].self) {
            self = .array(values)
        } else {
            let members = try value.decode([String: JSON].self)
            self = .object(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        }
    }

    static func == (left: JSON, right: JSON) -> Bool { left.text == right.text }
}

extension JSON {
    /// A list as an object. A key that stands more than once has an array of its values, in their order.
    init(_ list: KeyValueList) {
        var places: [String: Int] = [:]
        var members: [(key: String, values: [JSON])] = []
        for pair in list {
            if let place = places[pair.key] {
                members[place].values.append(JSON(pair.value))
            } else {
                places[pair.key] = members.count
                members.append((pair.key, [JSON(pair.value)]))
            }
        }
        self = .object(members.map { ($0.key, $0.values.count == 1 ? $0.values[0] : .array($0.values)) })
    }

    init(_ value: KeyValue) {
        switch value {
        case .string(let text), .unicode(let text): self = .string(text)
        case .integer(let number): self = .number(Int64(number))
        case .binary(let bytes): self = .string(Data(bytes).base64EncodedString())
        case .list(let list): self = JSON(list)
        }
    }
}
