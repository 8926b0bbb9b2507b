/// A short list, of which none and one are by far the commonest lengths: those take no allocation.
public struct Few<Element> {
    private var first: Element?
    private var rest: [Element] = []

    public init() {}

    public init(_ element: Element) {
        first = element
    }

    public var isEmpty: Bool { first == nil }

    public var count: Int { first == nil ? 0 : 1 + rest.count }

    public mutating func append(_ element: Element) {
        if first == nil {
            first = element
        } else {
            rest.append(element)
        }
    }

    public mutating func append(contentsOf others: Few<Element>) {
        for other in others { append(other) }
    }
}

extension Few: Sequence {
    public struct Iterator: IteratorProtocol {
        private let list: Few<Element>
        private var place = 0

        fileprivate init(_ list: Few<Element>) {
            self.list = list
        }

        public mutating func next() -> Element? {
            guard place < list.count else { return nil }
            defer { place += 1 }
            return place == 0 ? list.first : list.rest[place - 1]
        }
    }

    public func makeIterator() -> Iterator {
        Iterator(self)
    }
}

extension Few: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: Element...) {
        for element in elements { append(element) }
    }
}

extension Few: Sendable where Element: Sendable {}
extension Few: Equatable where Element: Equatable {}
