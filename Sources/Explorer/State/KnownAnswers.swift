/// The answers to questions about the inside of networks, each of which takes a pass: none is asked twice, and the
/// oldest are forgotten.
package struct KnownAnswers<Request: Hashable & Sendable, Answer: Sendable>: Sendable {
  private var known: [Request: Answer] = [:]
  /// In `known`, from the one that came first.
  private var order: [Request] = []
  private var asked: Request?
  /// How many are enough to come back to.
  private let most: Int

  package init(most: Int) { self.most = most }

  /// nil while it is unknown.
  package subscript(request: Request) -> Answer? { known[request] }

  package mutating func receive(_ answer: Answer, for request: Request) {
    settle(request)
    if known.updateValue(answer, forKey: request) == nil { order.append(request) }
    while order.count > most { known[order.removeFirst()] = nil }
  }

  /// It is answered, by something that is not kept here.
  package mutating func settle(_ request: Request) {
    if asked == request { asked = nil }
  }

  /// - Returns: what is to be asked now; nil where that was done.
  package mutating func ask(_ request: Request?) -> Request? {
    guard let request, request != asked else { return nil }
    asked = request
    return request
  }
}
