import Engines

/// An engine elsewhere, as the explorer tells of it.
package struct EngineNote: Hashable, Sendable {
  /// That starts it.
  package let command: String
  package internal(set) var report: EngineTraffic.Report

  package init(_ traffic: EngineTraffic) { (command, report) = (traffic.command, traffic.report) }

  /// Where the network is evaluated.
  var place: String { report.isLost ? "engine lost, ^E asks again" : "at \(report.device)" }

  /// What a step waits for, and what went over the line; nil before the first one.
  var times: String? {
    guard report.evaluations > 0 else { return nil }
    let (there, way) = (number(report.there, decimals: 1), number(report.onTheWay, decimals: 1))
    let megabytes = Double(report.bytesSent + report.bytesReceived) / 1e6
    return "\(there) ms there, \(way) on the way, \(number(megabytes, decimals: 1)) MB"
  }
}

extension ExplorerState {
  /// Asks for what is still wanted; an engine that was lost is started again by that.
  mutating func reconnect() -> [ExplorerEffect] {
    guard let engine else {
      message = Message(text: "this program computes by itself; --engine names another")
      return []
    }
    message = Message(text: "asks \(engine.command) again")
    return bringUpToDate()
  }
}
