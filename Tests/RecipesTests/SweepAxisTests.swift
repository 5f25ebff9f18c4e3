import Denoising
import Recipes
import Testing

struct SweepAxisTests {
  @Test(arguments: [
    ("b=1.0:1.6:0.1", ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6"]),
    ("s=0.2:1:0.2", ["0.2", "0.4", "0.6", "0.8", "1.0"]),
    ("s=0.2,0.5,1", ["0.2", "0.5", "1.0"]),
    ("b=0:0.3:0.1", ["0.0", "0.1", "0.2", "0.3"]),
    ("b=-0.5:0.5:0.5", ["-0.5", "0.0", "0.5"]),
    ("s=1:0:-0.5", ["1.0", "0.5", "0.0"]),
    ("b=0:1:0.3", ["0.0", "0.3", "0.6", "0.9"]),
    ("b=1:1:1", ["1"]),
    ("b=1e-1,2", ["0.1", "2.0"]),
    ("alpha-gain=0", ["0"]),
    ("seed=0:3:1", ["0", "1", "2", "3"]),
    ("seed=18446744073709551614:18446744073709551615:1", ["18446744073709551614", "18446744073709551615"]),
    ("steps=5,10,20", ["5", "10", "20"]),
    ("guidance=0:2:1", ["0", "1", "2"]),
    ("freeu-steps=0.0-0.5,0.5-1.0", ["0.0-0.5", "0.5-1.0"]),
    ("blocks=all,0,1+2", ["all", "0", "1+2"]),
    ("skip-filter=all", ["fourier", "uniform"]),
    ("spacing=karras,linspace", ["karras", "linspace"]),
    ("sampler=ddim,heun", ["ddim", "heun"]),
    ("label=cat,robot", ["cat", "robot"]),
    ("3.0.1.alpha=0:2:1", ["0", "1", "2"]), ("lora=0:1:0.5", ["0.0", "0.5", "1.0"]),
    ("lora16=-8,8", ["-8", "8"]),
  ])
  func anAxisIsReadAsItIsMeant(text: String, values: [String]) throws {
    let axis = try SweepAxis(text)
    #expect(axis.values == values)
    #expect(axis.text == text)
  }

  @Test(arguments: [
    ("b", "b: expected name=start:end:step"), ("b=", "b=: expected name="), ("b=1:2", "expected name="),
    ("b=1:2:0.1:3", "expected name="), ("b=1,,2", "expected name="), ("b=a:2:1", "expected name="),
    ("b=1:nan:1", "expected name="), ("b=0x1:2:1", "expected name="),
    ("c=1", "c: there is no such setting to sweep; expected one of b, s,"),
    ("b=1,wide", "b=1,wide: b wide: expected a number from -1000 to 1000"),
    ("b=1e6", "expected a number from -1000 to 1000"),
    ("b=1:2:0", "found one that does not"), ("b=1:2:-0.1", "found one that does not"),
    ("b=0:1:0.01", "expected at most 64 values, found 101"),
    ("b=0:1:1e-30", "expected at most 64 values, found 1000000001"),
    ("b=0:0.0000000001:0.0000000001", "expected at most 9 decimals, found 10"),
    ("seed=-1:1:1", "seed -1: expected a whole number from 0"),
    ("seed=0:1:0.5", "seed 0.0: expected a whole number"),
    ("steps=0", "steps 0: expected a whole number from 1 to 10000"),
    ("freeu-version=1:3:1", "freeu-version 3: expected a whole number from 1 to 2"),
    ("eta=2", "eta 2: expected a number from 0 to 1"),
    ("sampler=plms", "sampler plms: expected ddpm, ddim"),
    ("blocks=x", "expected block numbers"),
    ("lora=9", "lora 9: expected a number from -8 to 8"), ("lora2=0,x", "lora x: expected a number"),
    ("lora0=1", "lora0: there is no such setting"), ("lora17=1", "lora17: there is no such setting"),
    ("lora01=1", "lora01: there is no such setting"),
  ])
  func aWrongAxisIsOneClearLine(text: String, words: String) {
    do {
      let axis = try SweepAxis(text)
      Issue.record("it was taken: \(axis.values)")
    } catch {
      #expect("\(error)".contains(words), "\(error)")
      #expect(!"\(error)".contains("\n"))
    }
  }

  @Test(arguments: [(1, 1), (2, 1), (1, 5), (7, 5), (9, 9), (17, 3), (64, 16)])
  func theOrderVisitsEveryCellOnceAndTheCornersFirst(columns: Int, rows: Int) {
    let order = SweepOrder.coarseToFine(columns: columns, rows: rows)
    #expect(order.sorted() == Array(0..<columns * rows))
    let corners = Set([0, columns - 1, (rows - 1) * columns, rows * columns - 1])
    #expect(Set(order.prefix(corners.count)) == corners)
  }

  @Test func theOrderGoesFromCoarseToFine() {
    #expect(SweepOrder.coarseToFine(columns: 10, rows: 1) == [0, 9, 8, 4, 2, 6, 1, 3, 5, 7])
    #expect(SweepOrder.coarseToFine(columns: 3, rows: 3) == [0, 2, 6, 8, 1, 3, 4, 5, 7])
  }
}
