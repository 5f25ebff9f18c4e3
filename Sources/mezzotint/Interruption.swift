import Foundation
import Synchronization

/// ^C while something long runs: the first asks it to stop, the second ends the program.
enum Interruption {
  private static let asked = Atomic<Bool>(false)

  static var isAsked: Bool { asked.load(ordering: .relaxed) }

  static func listen() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let before = signal(number) { number in
        // Storing a flag is among the few things that a signal's handler may do.
        Interruption.asked.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
      // A hangup that whoever started the program had ignored, as nohup does, stays ignored.
      if number == SIGHUP, unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        signal(number, SIG_IGN)
      }
      // Whoever started the program may have left the signal blocked.
      var unblocked = sigset_t()
      sigemptyset(&unblocked)
      sigaddset(&unblocked, number)
      pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    }
  }
}
