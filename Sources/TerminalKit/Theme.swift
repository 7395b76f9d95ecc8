/// How many colours a terminal shows.
package enum ColorDepth: Hashable, Sendable, CaseIterable {
  case monochrome, eight, sixteen, indexed256
}

/// Whether a terminal's ground is dark or light.
package enum Ground: Hashable, Sendable, CaseIterable { case dark, light }

/// What a terminal is told to make a cell look like.
package struct Appearance: Hashable, Sendable {
  /// A palette index; `nil` is the terminal's own colour.
  package var foreground: Int?
  /// A palette index; `nil` is the terminal's own colour.
  package var background: Int?
  package var isBold = false
  package var isDim = false
  package var isUnderlined = false
  package var isReversed = false

  /// Describes a look.
  package init(
    _ foreground: Int? = nil, on background: Int? = nil, isBold: Bool = false,
    isDim: Bool = false, isUnderlined: Bool = false, isReversed: Bool = false
  ) {
    self.foreground = foreground
    self.background = background
    self.isBold = isBold
    self.isDim = isDim
    self.isUnderlined = isUnderlined
    self.isReversed = isReversed
  }
}

/// Turns meaning into colours.
///
/// Ordinary text and the ground are the terminal's own, so that the console looks at home. One
/// blue leads the eye; the other colours only tell states.
package struct Theme: Hashable, Sendable {
  package let depth: ColorDepth
  package let ground: Ground

  /// Chooses the colours for a terminal.
  package init(depth: ColorDepth, ground: Ground = .dark) {
    self.depth = depth
    self.ground = ground
  }

  /// How a style looks.
  package func appearance(of style: Style) -> Appearance {
    var look = base(style.role)
    if style.isOnBar { look = onBar(look) }
    if style.isOnSelection { look = selected(look, style.role) }
    if style.isBold { look.isBold = true }
    if style.isUnderlined { look.isUnderlined = true }
    if style.isReversed { look.isReversed.toggle() }
    // Bold and dim together mean nothing on most terminals.
    if look.isBold { look.isDim = false }
    return look
  }

  private func base(_ role: Role) -> Appearance {
    switch (depth, ground) {
    case (.indexed256, .dark): Self.dark256(role)
    case (.indexed256, .light): Self.light256(role)
    case (.sixteen, .dark): Self.few(role, bright: 8)
    case (.sixteen, .light): Self.few(role, bright: 0)
    // On a dark ground the eight dull colours want the weight of bold.
    case (.eight, .dark): Self.few(role, bright: 0, isBold: true)
    case (.eight, .light): Self.few(role, bright: 0)
    case (.monochrome, _): Self.plain(role)
    }
  }

  /// The look of a role on a bar; where bars are reversed, only its weight stays.
  private func onBar(_ look: Appearance) -> Appearance {
    let bar = base(.bar)
    var look = look
    look.background = bar.background
    if bar.isReversed {
      look = Appearance(
        isBold: look.isBold, isUnderlined: look.isUnderlined, isReversed: true)
    }
    return look
  }

  /// The look of a role on the selected row: its colour stays where that can be read.
  private func selected(_ look: Appearance, _ role: Role) -> Appearance {
    var look = look
    switch (depth, ground) {
    case (.indexed256, .dark):
      look.background = 238
      if role == .muted || role == .border { look.foreground = 250 }
      if role == .text { look.foreground = 255 }
    case (.indexed256, .light):
      look.background = 153
      if role == .muted || role == .border { look.foreground = 238 }
      if role == .text { look.foreground = 232 }
    case (.sixteen, _): look = Appearance(15, on: 4, isUnderlined: look.isUnderlined)
    case (.eight, _):
      look = Appearance(7, on: 4, isBold: true, isUnderlined: look.isUnderlined)
    case (.monochrome, _):
      look.isReversed = true
      look.isDim = false
    }
    return look
  }

  private static func dark256(_ role: Role) -> Appearance {
    switch role {
    case .text: Appearance()
    case .muted: Appearance(245)
    case .title: Appearance(255, isBold: true)
    case .border: Appearance(240)
    case .focus: Appearance(75)
    case .selection: Appearance(233, on: 75, isBold: true)
    case .accent: Appearance(75)
    case .success: Appearance(114)
    case .warning: Appearance(221)
    case .danger: Appearance(203)
    case .running: Appearance(80)
    case .match: Appearance(222, isBold: true, isUnderlined: true)
    case .field: Appearance(254, on: 236)
    case .placeholder: Appearance(244, on: 236)
    case .bar: Appearance(252, on: 236)
    }
  }

  private static func light256(_ role: Role) -> Appearance {
    switch role {
    case .text: Appearance()
    case .muted: Appearance(242)
    case .title: Appearance(232, isBold: true)
    case .border: Appearance(249)
    case .focus: Appearance(25)
    case .selection: Appearance(231, on: 25, isBold: true)
    case .accent: Appearance(25)
    case .success: Appearance(28)
    case .warning: Appearance(130)
    case .danger: Appearance(160)
    case .running: Appearance(30)
    case .match: Appearance(90, isBold: true, isUnderlined: true)
    case .field: Appearance(232, on: 254)
    case .placeholder: Appearance(242, on: 254)
    case .bar: Appearance(236, on: 254)
    }
  }

  /// Eight or sixteen colours; `bright` is added to the dull ones.
  ///
  /// "Bright black" is left out: some palettes make it the ground itself.
  private static func few(_ role: Role, bright: Int, isBold: Bool = false) -> Appearance {
    func state(_ color: Int) -> Appearance { Appearance(color + bright, isBold: isBold) }
    return switch role {
    case .text: Appearance()
    case .muted, .border: Appearance(isDim: true)
    case .title: Appearance(isBold: true)
    case .focus, .accent: state(6)
    case .selection: Appearance(0, on: 6)
    case .success: state(2)
    case .warning: state(3)
    case .danger: state(1)
    case .running: state(6)
    case .match: Appearance(3 + bright, isBold: true, isUnderlined: true)
    case .field: Appearance(isUnderlined: true)
    case .placeholder: Appearance(isDim: true, isUnderlined: true)
    case .bar: Appearance(isReversed: true)
    }
  }

  private static func plain(_ role: Role) -> Appearance {
    switch role {
    case .text, .success: Appearance()
    case .muted, .border: Appearance(isDim: true)
    case .title, .focus, .accent, .running, .warning: Appearance(isBold: true)
    case .danger: Appearance(isBold: true, isUnderlined: true)
    case .match: Appearance(isBold: true, isUnderlined: true)
    case .selection, .bar: Appearance(isReversed: true)
    case .field: Appearance(isUnderlined: true)
    case .placeholder: Appearance(isDim: true, isUnderlined: true)
    }
  }
}
