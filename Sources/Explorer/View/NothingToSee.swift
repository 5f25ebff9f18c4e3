import Widgets

/// Why there is nothing to see of the inside of a network, each from long to short.
enum NothingToSee {
  static let isComing = [
    "worked out when the runs are at their ends", "comes after the runs", "after the runs",
  ]
  static let isCramped = ["no room for the plot: 80x24 shows it", "no room: 80x24 shows it", "no room"]
  static let isLost = ["this step is no longer kept", "not kept"]
}

extension ExplorerState {
  /// - Parameter isMissing: there is nothing to show instead.
  func whyThereIsNoProbe(_ isMissing: Bool, columns: Int) -> String? {
    if isProbeLost { return NothingToSee.isLost.first(fitting: columns) }
    return isMissing ? NothingToSee.isComing.first(fitting: columns) : nil
  }
}
