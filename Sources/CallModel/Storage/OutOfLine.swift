/// A value that is mostly absent, kept out of line: absent it costs a pointer, and no allocation.
@propertyWrapper
struct OutOfLine<Value> {
    fileprivate enum Storage {
        case absent
        indirect case present(Value)
    }

    private var storage: Storage

    init(wrappedValue: Value?) {
        storage = wrappedValue.map { .present($0) } ?? .absent
    }

    var wrappedValue: Value? {
        get {
            switch storage {
            case .absent: nil
            case .present(let value): value
            }
        }
        set { storage = newValue.map { .present($0) } ?? .absent }
    }
}

extension OutOfLine.Storage: Sendable where Value: Sendable {}
extension OutOfLine.Storage: Equatable where Value: Equatable {}
extension OutOfLine: Sendable where Value: Sendable {}
extension OutOfLine: Equatable where Value: Equatable {}
