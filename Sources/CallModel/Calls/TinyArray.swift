/// A short list, of which none and one are by far the commonest lengths: those take no allocation, and none has nothing
/// to release.
///
/// Inlinable, because outcomes are carried out in other modules, and a generic that is not specialised there costs more
/// than the list.
public enum TinyArray<Element> {
    case none
    case one(Element)
    /// At least two.
    case several([Element])

    @inlinable public init() {
        self = .none
    }

    @inlinable public init(_ element: consuming Element) {
        self = .one(element)
    }

    @inlinable public var isEmpty: Bool {
        switch self {
        case .none: true
        case .one, .several: false
        }
    }

    @inlinable public var count: Int {
        switch self {
        case .none: 0
        case .one: 1
        case .several(let elements): elements.count
        }
    }

    /// The element, where there is no other.
    @inlinable public var only: Element? {
        switch self {
        case .none, .several: nil
        case .one(let element): element
        }
    }

    @inlinable public mutating func append(_ element: consuming Element) {
        switch self {
        case .none: self = .one(element)
        case .one(let first): self = .several([first, element])
        case .several(var elements):
            self = .none
            elements.append(element)
            self = .several(elements)
        }
    }

    @inlinable public mutating func append(contentsOf others: TinyArray<Element>) {
        for other in others { append(other) }
    }

    /// Visits every element where it lies: unlike a loop, it copies none.
    @inlinable public func forEach(_ body: (borrowing Element) -> Void) {
        switch self {
        case .none: break
        case .one(let element): body(element)
        case .several(let elements):
            for place in elements.indices { body(elements[place]) }
        }
    }
}

extension Optional {
    /// The same of an optional: visits what is there, and copies nothing.
    @inlinable package func visit(_ body: (borrowing Wrapped) -> Void) {
        switch self {
        case .none: break
        case .some(let value): body(value)
        }
    }
}

extension TinyArray: Sequence {
    public struct Iterator: IteratorProtocol {
        @usableFromInline let list: TinyArray<Element>
        @usableFromInline var place = 0

        @inlinable init(_ list: TinyArray<Element>) {
            self.list = list
        }

        @inlinable public mutating func next() -> Element? {
            guard place < list.count else { return nil }
            defer { place += 1 }
            switch list {
            case .none: return nil
            case .one(let element): return element
            case .several(let elements): return elements[place]
            }
        }
    }

    @inlinable public func makeIterator() -> Iterator {
        Iterator(self)
    }
}

extension TinyArray: ExpressibleByArrayLiteral {
    @inlinable public init(arrayLiteral elements: Element...) {
        self = .none
        for element in elements { append(element) }
    }
}

extension TinyArray: Sendable where Element: Sendable {}
extension TinyArray: Equatable where Element: Equatable {}
