import Foundation
import Synchronization

/// ^C as a question that work asks between two steps, so that it ends where nothing is half done.
///
/// A second ^C ends the program at once, as if nobody had asked.
struct Interruption {
  init() {
    isNoted.store(false, ordering: .relaxed)
    signal(SIGINT) { _ in
      // Only what a signal handler may do: a store, and giving the signal back.
      isNoted.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
    // Whoever started the program may have left the signal blocked.
    var interrupt = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &interrupt, nil)
  }

  var hasCome: Bool { isNoted.load(ordering: .relaxed) }
}

/// A signal handler can take nothing with it but what is global.
private let isNoted = Atomic(false)
