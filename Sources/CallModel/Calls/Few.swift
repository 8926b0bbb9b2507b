/// A short list, of which none and one are by far the commonest lengths: those take no allocation.
///
/// Inlinable, because outcomes are carried out in other modules, and a generic that is not specialised there costs more
/// than the list.
public struct Few<Element> {
    @usableFromInline var first: Element?
    @usableFromInline var rest: [Element] = []

    @inlinable public init() {}

    @inlinable public init(_ element: Element) {
        first = element
    }

    @inlinable public var isEmpty: Bool { first == nil }

    @inlinable public var count: Int { first == nil ? 0 : 1 + rest.count }

    /// The element, where there is no other.
    @inlinable public var only: Element? { rest.isEmpty ? first : nil }

    @inlinable public mutating func append(_ element: Element) {
        if first == nil {
            first = element
        } else {
            rest.append(element)
        }
    }

    /// Visits every element where it lies: unlike a loop, it copies none.
    @inlinable public func forEach(_ body: (borrowing Element) -> Void) {
        guard let first else { return }
        body(first)
        for place in rest.indices { body(rest[place]) }
    }

    @inlinable public mutating func append(contentsOf others: Few<Element>) {
        for other in others { append(other) }
    }
}

extension Few: Sequence {
    public struct Iterator: IteratorProtocol {
        @usableFromInline let list: Few<Element>
        @usableFromInline var place = 0

        @inlinable init(_ list: Few<Element>) {
            self.list = list
        }

        @inlinable public mutating func next() -> Element? {
            guard place < list.count else { return nil }
            defer { place += 1 }
            return place == 0 ? list.first : list.rest[place - 1]
        }
    }

    @inlinable public func makeIterator() -> Iterator {
        Iterator(self)
    }
}

extension Few: ExpressibleByArrayLiteral {
    @inlinable public init(arrayLiteral elements: Element...) {
        for element in elements { append(element) }
    }
}

extension Few: Sendable where Element: Sendable {}
extension Few: Equatable where Element: Equatable {}
