# Functions that take pictures of a terminal program: source this file in bash.
#
#   shot_open 80 24 .build/debug/connector-console --store /tmp/store
#   shot_wait "No connectors yet"
#   shot_keys n
#   shot_type "search-docs"
#   shot connectors.png
#   shot_close
#
# The program runs in tmux, which sends the keys and tells what the screen shows, inside xterm on
# an X server without a screen, which gives the picture. SHOT_GROUND=light makes a light terminal.
# Every wait is for a text and has a deadline; a function that fails says why and returns 1.

shot_packages=(xvfb xterm tmux imagemagick fonts-jetbrains-mono fonts-ipafont-gothic
  fonts-dejavu-core)

# Seconds that shot_wait waits at most.
SHOT_PATIENCE=${SHOT_PATIENCE:-20}
SHOT_FONT=${SHOT_FONT:-JetBrains Mono}
# Points.
SHOT_FONT_SIZE=${SHOT_FONT_SIZE:-12}

_shot_fail() {
  echo "screenshots: $*" >&2
  [ -n "${_shot_socket:-}" ] && { echo "the screen shows:" >&2; shot_text >&2; }
  return 1
}

_shot_tmux() { tmux -L "$_shot_socket" "$@"; }

# Tries a command until it succeeds or the patience is over.
_shot_until() {
  local deadline=$((SECONDS + SHOT_PATIENCE))
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.05
  done
}

# shot_open COLUMNS ROWS COMMAND [ARGUMENT...]: starts a program on a terminal of that size.
shot_open() {
  local columns=$1 rows=$2
  shift 2
  _shot_folder=$(mktemp -d)
  _shot_socket=shot-$$-$RANDOM
  _shot_columns=$columns _shot_rows=$rows
  if [ "${SHOT_GROUND:-dark}" = light ]; then
    _shot_background='#fbfbf9' _shot_foreground='#24292f'
  else
    _shot_background='#16181d' _shot_foreground='#d5d8df'
  fi
  _shot_start_server || return 1
  _shot_start_program "$@" || return 1
  _shot_start_terminal
}

_shot_start_server() {
  local ready=$_shot_folder/display
  Xvfb -displayfd 9 -screen 0 3200x2000x24 -dpi 144 -nolisten tcp 9>"$ready" \
    >"$_shot_folder/xvfb.log" 2>&1 &
  _shot_server=$!
  _shot_until test -s "$ready" || _shot_fail "Xvfb does not start: $(cat "$_shot_folder/xvfb.log")" \
    || return 1
  _shot_display=:$(cat "$ready")
}

_shot_start_program() {
  cat >"$_shot_folder/tmux.conf" <<CONF
set -g status off
set -g default-terminal tmux-256color
set -ga terminal-overrides ",xterm-256color:Tc"
set -sg escape-time 0
set -g remain-on-exit on
CONF
  local fgbg='15;0'
  [ "${SHOT_GROUND:-dark}" = light ] && fgbg='0;15'
  local command
  command=$(printf '%q ' env LANG=C.UTF-8 "COLORFGBG=$fgbg" "$@")
  _shot_tmux -f "$_shot_folder/tmux.conf" new-session -d -s shot -x "$_shot_columns" \
    -y "$_shot_rows" "exec $command" || _shot_fail "tmux does not start"
}

_shot_start_terminal() {
  DISPLAY=$_shot_display LANG=C.UTF-8 xterm -fa "$SHOT_FONT" -fd IPAGothic -fs "$SHOT_FONT_SIZE" \
    -geometry "${_shot_columns}x${_shot_rows}+0+0" -b 0 -bw 0 +sb -u8 -uc +bc \
    -bg "$_shot_background" -fg "$_shot_foreground" -cr "$_shot_foreground" \
    -xrm 'XTerm*alwaysHighlight: true' -xrm 'XTerm*cursorBlink: false' \
    -xrm 'XTerm*pointerMode: 2' -xrm 'XTerm*boldColors: false' \
    -xrm 'XTerm*termName: xterm-256color' \
    -e tmux -L "$_shot_socket" attach -t shot >"$_shot_folder/xterm.log" 2>&1 &
  _shot_terminal=$!
  _shot_until _shot_is_attached || _shot_fail "xterm does not start: $(cat "$_shot_folder/xterm.log")"
}

_shot_is_attached() { [ -n "$(_shot_tmux list-clients -t shot 2>/dev/null)" ]; }

# shot_text: what the screen shows, as text.
shot_text() { _shot_tmux capture-pane -p -t shot 2>/dev/null; }

# shot_keys KEY...: presses keys, named as tmux names them: Enter, Escape, Up, C-r, M-x, F5, a.
shot_keys() { _shot_tmux send-keys -t shot "$@"; }

# shot_type TEXT: types a text.
shot_type() { _shot_tmux send-keys -t shot -l "$1"; }

# shot_wait TEXT: waits until the screen shows a text.
shot_wait() {
  _shot_wanted=$1
  _shot_until _shot_shows || _shot_fail "waited for “$1” for $SHOT_PATIENCE seconds"
}

# shot_wait_gone TEXT: waits until the screen does not show a text any more.
shot_wait_gone() {
  _shot_wanted=$1
  _shot_until _shot_hides || _shot_fail "“$1” does not go away"
}

# shot_wait_end: waits until the program has ended.
shot_wait_end() { _shot_until _shot_has_ended || _shot_fail "the program does not end"; }

_shot_shows() { shot_text | grep -qF -- "$_shot_wanted"; }
_shot_hides() { ! _shot_shows; }
_shot_has_ended() { [ "$(_shot_tmux display -p -t shot '#{pane_dead}' 2>/dev/null)" = 1 ]; }

# shot FILE: takes a picture once the window stands still.
shot() {
  local file=$1 last='' now=''
  local deadline=$((SECONDS + SHOT_PATIENCE))
  while :; do
    DISPLAY=$_shot_display import -silent -window "$(_shot_window)" "$_shot_folder/shot.ppm" \
      || { _shot_fail "the window can't be read"; return 1; }
    now=$(cksum <"$_shot_folder/shot.ppm")
    # Screens that move all the time are taken as they are.
    if [ "$now" = "$last" ] || [ "$SECONDS" -ge "$deadline" ] || [ -n "${SHOT_MOVING:-}" ]; then
      break
    fi
    last=$now
    sleep 0.1
  done
  # A margin in the colour of the terminal.
  convert "$_shot_folder/shot.ppm" -bordercolor "$_shot_background" -border 18x16 \
    -define png:compression-level=9 -strip "PNG24:$_shot_folder/small.png"
  mkdir -p "$(dirname "$file")"
  cp "$_shot_folder/small.png" "$file"
  echo "$file"
}

_shot_window() { DISPLAY=$_shot_display xwininfo -root -children | awk '/"tmux|xterm"/ {print $1; exit}'; }

# shot_close: ends the program and everything around it.
shot_close() {
  [ -n "${_shot_socket:-}" ] || return 0
  _shot_tmux kill-server 2>/dev/null
  [ -n "${_shot_terminal:-}" ] && kill "$_shot_terminal" 2>/dev/null
  [ -n "${_shot_server:-}" ] && kill "$_shot_server" 2>/dev/null
  wait "${_shot_terminal:-}" "${_shot_server:-}" 2>/dev/null
  rm -rf "$_shot_folder"
  _shot_socket='' _shot_terminal='' _shot_server=''
}
