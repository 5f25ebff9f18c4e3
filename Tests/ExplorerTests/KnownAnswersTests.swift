import Explorer
import Testing

struct KnownAnswersTests {
  @Test func aQuestionIsAskedOnceUntilItIsAnswered() {
    var answers = KnownAnswers<Int, String>(most: 2)
    #expect(answers.ask(1) == 1 && answers.ask(1) == nil)
    #expect(answers.ask(2) == 2, "somebody wants to know something else")
    answers.receive("one", for: 1)
    #expect(answers.ask(2) == nil, "that was the answer to what was asked before")
    answers.settle(2)
    #expect(answers.ask(2) == 2 && answers.ask(nil) == nil)
    #expect(answers[1] == "one" && answers[2] == nil)
  }

  @Test func theOldestAnswersAreForgotten() {
    var answers = KnownAnswers<Int, String?>(most: 2)
    answers.receive(nil, for: 1)
    #expect(answers[1] == .some(nil), "it is known that nobody knows")
    answers.receive("two", for: 2)
    answers.receive("one", for: 1)
    answers.receive("three", for: 3)
    #expect(answers[1] == nil && answers[2] == "two" && answers[3] == "three")
  }
}
