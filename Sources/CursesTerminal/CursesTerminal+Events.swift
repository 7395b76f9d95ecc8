internal import Glibc
internal import TerminalKit

extension CursesTerminal {
  /// How long an Esc waits for what makes it the beginning of a sequence.
  static let escapeDelay = Duration.milliseconds(25)
  /// How long a paste may pause.
  static let pasteDelay = Duration.seconds(2)
  /// Two presses in one place within this time are a double press.
  static let doublePressDelay = Duration.milliseconds(400)

  /// Waits for the next event.
  ///
  /// - Parameter timeout: how long to wait at most; `nil` waits for ever.
  /// - Returns: the event; `nil` after the timeout. After ``TerminalEvent/hangUp`` was reported,
  ///   only wake-ups and requests to end still come.
  package func nextEvent(timeout: Duration? = nil) -> TerminalEvent? {
    let deadline = timeout.map { ContinuousClock.now + $0 }
    while true {
      drawWaiting()
      if device.isHungUp, !isHangUpReported {
        isHangUpReported = true
        return .hangUp
      }
      if !pending.isEmpty { return pending.removeFirst() }
      let now = ContinuousClock.now
      if let deadline, now >= deadline {
        // What is there is taken even if there was no time to wait.
        if !waitOnce(until: now) { return nil }
      } else {
        _ = waitOnce(until: deadline)
      }
    }
  }

  /// Waits for one of the descriptors and reads it.
  ///
  /// - Returns: whether there was one to read.
  private func waitOnce(until deadline: ContinuousClock.Instant?) -> Bool {
    var descriptors = [
      pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    if !device.isHungUp { descriptors.append(device.pollDescriptor(isReading: !isAway)) }
    let escapeDeadline = unfinishedDeadline
    let until = [deadline, escapeDeadline].compactMap { $0 }.min()
    let wait = until.map { ($0 - .now).roundedMilliseconds } ?? -1
    let count = poll(&descriptors, nfds_t(descriptors.count), wait)
    if descriptors.count > 2, count > 0 {
      let polled = descriptors[2]
      if polled.revents & Int16(POLLOUT) != 0 { device.flush() }
      if polled.revents & Int16(POLLIN) != 0 { readInput() }
      device.noticed(polled)
    }
    if let escapeDeadline, ContinuousClock.now >= escapeDeadline { decode(isLate: true) }
    if count > 0, descriptors[1].revents != 0 { readSignals() }
    if count > 0, descriptors[0].revents != 0, wakeUp.clear() { pending.append(.wakeUp) }
    return count > 0 || !pending.isEmpty
  }

  private var unfinishedDeadline: ContinuousClock.Instant? {
    unfinishedSince.map { $0 + (decoder.isPasting ? Self.pasteDelay : Self.escapeDelay) }
  }

  func readInput() {
    let bytes = device.read()
    guard !bytes.isEmpty else { return }
    decoder.feed(bytes)
    decode(isLate: false)
  }

  private func decode(isLate: Bool) {
    while let item = decoder.next(isLate: isLate) { take(item) }
    unfinishedSince = decoder.isUnfinished ? .now : nil
  }

  private func take(_ item: InputDecoder.Item) {
    switch item {
    case .event(.mouse(let mouse)): pending.append(.input(.mouse(counted(mouse))))
    case .event(let event): pending.append(.input(event))
    case .attributes: awaitsAnswer = false
    case .ground(let red, let green, let blue):
      takeGround(GroundDetection.ground(red: red, green: green, blue: blue))
    }
  }

  /// Makes the second of two quick presses a double press.
  private func counted(_ mouse: MouseEvent) -> MouseEvent {
    guard mouse.kind == .press else { return mouse }
    let now = ContinuousClock.now
    if let last = lastPress, last.point == mouse.point,
      now - last.time < Self.doublePressDelay
    {
      lastPress = nil
      return MouseEvent(.doublePress, at: mouse.point)
    }
    lastPress = (now, mouse.point)
    return mouse
  }

  func readSignals() {
    for signal in signals.signals() { take(signal) }
  }

  private func take(_ signal: Int32) {
    switch signal {
    case SIGWINCH:
      if !isAway, let size = takeSize() { pending.append(.input(.resize(size))) }
    case SIGHUP:
      if !isHangUpReported {
        isHangUpReported = true
        pending.append(.hangUp)
      }
    case SIGTERM, SIGINT: pending.append(.terminate(signal: signal))
    case SIGTSTP:
      suspendToShell()
      pending.append(.resumed)
    case SIGCONT:
      // Stopped by SIGSTOP, or continued in the background before: the shell had the terminal.
      comeBack()
      if !isAway { pending.append(.resumed) }
    default: break
    }
  }
}
