/// A value in a T-Library list.
public enum KeyValue: Sendable, Hashable {
    case string(String)
    case integer(Int32)
    case binary([UInt8])
    case list(KeyValueList)
    /// A string that came with type 4. It means the same as `string`, and goes out again as it came.
    case unicode(String)

    /// The text of a string of either type.
    public var text: String? {
        switch self {
        case .string(let text), .unicode(let text): text
        case .integer, .binary, .list: nil
        }
    }

    public var integer: Int32? {
        if case .integer(let value) = self { value } else { nil }
    }

    public var list: KeyValueList? {
        if case .list(let pairs) = self { pairs } else { nil }
    }
}

extension KeyValue {
    /// Texts by their bytes, as they lie in a list.
    public static func == (left: KeyValue, right: KeyValue) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)), (.unicode(let left), .unicode(let right)):
            left.hasSameBytes(as: right)
        case (.integer(let left), .integer(let right)): left == right
        case (.binary(let left), .binary(let right)): left == right
        case (.list(let left), .list(let right)): left == right
        case (.string, _), (.unicode, _), (.integer, _), (.binary, _), (.list, _): false
        }
    }
}

/// A key and its value. A list may hold a key more than once.
public struct KeyValuePair: Sendable, Hashable {
    public let key: String
    public let value: KeyValue

    public static func == (left: KeyValuePair, right: KeyValuePair) -> Bool {
        left.key.hasSameBytes(as: right.key) && left.value == right.value
    }

    public init(key: String, value: KeyValue) {
        self.key = key
        self.value = value
    }
}

extension KeyValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByDictionaryLiteral {
    public init(stringLiteral text: String) {
        self = .string(text)
    }

    public init(integerLiteral value: Int32) {
        self = .integer(value)
    }

    public init(dictionaryLiteral pairs: (String, KeyValue)...) {
        self = .list(KeyValueList(pairs))
    }
}
