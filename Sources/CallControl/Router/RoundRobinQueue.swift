import DequeModule

/// What waits for its turn, by turns among those that it comes from. A short line is taken as it came; in a longer one
/// each source has a line of its own, and nobody waits for more than one of each other's.
struct RoundRobinQueue<Source: Hashable & Sendable, Element: Sendable>: Sendable {
    /// So few are taken as they came.
    private static var short: Int { 64 }

    private var asTheyCame: Deque<(source: Source, element: Element)> = []
    private var lines: [Source: Deque<Element>] = [:]
    /// Sources with a line, in the order of their turns.
    private var turns: Deque<Source> = []
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element, of source: Source) {
        count += 1
        guard turns.isEmpty else { return line(up: element, of: source) }
        asTheyCame.append((source, element))
        guard asTheyCame.count > Self.short else { return }
        while let next = asTheyCame.popFirst() { line(up: next.element, of: next.source) }
    }

    private mutating func line(up element: Element, of source: Source) {
        if lines[source, default: []].isEmpty { turns.append(source) }
        lines[source, default: []].append(element)
    }

    mutating func popFirst() -> Element? {
        if let next = asTheyCame.popFirst() {
            count -= 1
            return next.element
        }
        guard let source = turns.popFirst(), let element = lines[source]?.popFirst() else { return nil }
        count -= 1
        if lines[source]?.isEmpty == false { turns.append(source) } else { lines[source] = nil }
        return element
    }
}
