/// Values by setting and place: what is said, in one order, so that equal contents are equal stores.
///
/// An array in the keys' order, because it holds few values and is compared often.
package struct SettingStore: Hashable, Sendable {
  /// - `setting`: the setting's place in its table.
  private struct Entry: Hashable, Sendable {
    let setting: Int
    let place: Place
    var value: SettingValue
  }

  private var entries: [Entry] = []

  package init() {}

  /// nil: nothing is said.
  package subscript(setting: Int, place: Place = .all) -> SettingValue? {
    get {
      let index = index(of: setting, place)
      return isAt(index, setting, place) ? entries[index].value : nil
    }
    set {
      let index = index(of: setting, place)
      let isThere = isAt(index, setting, place)
      switch (newValue, isThere) {
      case (let value?, true): entries[index].value = value
      case (let value?, false): entries.insert(Entry(setting: setting, place: place, value: value), at: index)
      case (nil, true): entries.remove(at: index)
      case (nil, false): break
      }
    }
  }

  /// What is said of one setting, place by place.
  package func placed(_ setting: Int) -> [(place: Place, value: SettingValue)] {
    var index = index(of: setting, .all)
    var found: [(place: Place, value: SettingValue)] = []
    while index < entries.count, entries[index].setting == setting {
      found.append((entries[index].place, entries[index].value))
      index += 1
    }
    return found
  }

  package func says(_ setting: Int) -> Bool {
    let index = index(of: setting, .all)
    return index < entries.count && entries[index].setting == setting
  }

  /// Says nothing of a setting any more, at no place.
  package mutating func remove(_ setting: Int) {
    if says(setting) { entries.removeAll { $0.setting == setting } }
  }

  private func isAt(_ index: Int, _ setting: Int, _ place: Place) -> Bool {
    index < entries.count && entries[index].setting == setting && entries[index].place == place
  }

  /// Where a key is, or would be.
  private func index(of setting: Int, _ place: Place) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      let entry = entries[middle]
      if entry.setting < setting || entry.setting == setting && entry.place < place {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
