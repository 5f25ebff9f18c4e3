internal import COneDNN
import Foundation

/// What OpenMP reads from the environment when it is loaded, before `main`, and never again.
package enum OpenMPSettings {
  /// Makes sure that the program runs with settings that suit it; starts it again with them if it does not.
  ///
  /// - A worker that waits for work spins for about 0.3 ms instead of 8: an idle program uses no processor, and
  ///   a busy machine is not kept busier.
  /// - No binding of threads (`OMP_PROC_BIND` and the like): it would put every thread of the program on one
  ///   processor. `ComputeEngine` pins its own team, and only that.
  ///
  /// Costs about 4 ms. Settings of the user's for waiting are left alone. Call first of all in `main`.
  package static func settle() {
    #if os(Linux)
      let environment = ProcessInfo.processInfo.environment
      let binding = ["OMP_PROC_BIND", "OMP_PLACES", "GOMP_CPU_AFFINITY"].filter { environment[$0] != nil }
      let waits = environment["GOMP_SPINCOUNT"] != nil || environment["OMP_WAIT_POLICY"] != nil
      guard !waits || !binding.isEmpty else { return }
      dnn_release_binding()
      for name in binding { unsetenv(name) }
      if !waits { setenv("GOMP_SPINCOUNT", "10000", 1) }
      var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
      // By the file's own name, or every list of processes would call the program "exe".
      if let file = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
        execv(file, &arguments)
      }
      execv("/proc/self/exe", &arguments)
    // It could not be started again: it runs all the same, only less politely.
    #endif
  }
}
