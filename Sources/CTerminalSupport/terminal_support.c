#define _GNU_SOURCE
#include "terminal_support.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <pty.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <wchar.h>

int connector_forkpty(const char *path, char *const argv[], char *const envp[], int rows,
                      int columns, pid_t *pid) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  int master = -1;
  pid_t child = forkpty(&master, NULL, NULL, &size);
  if (child < 0) return -1;
  if (child == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(path, argv, envp);
    _exit(127);
  }
  fcntl(master, F_SETFD, FD_CLOEXEC);
  *pid = child;
  return master;
}

int connector_set_terminal_size(int descriptor, int rows, int columns) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  return ioctl(descriptor, TIOCSWINSZ, &size);
}

int connector_terminal_size(int descriptor, int *rows, int *columns) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return -1;
  *rows = size.ws_row;
  *columns = size.ws_col;
  return 0;
}

int connector_reopen_terminal(int descriptor) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  return open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

int connector_character_width(unsigned int character) { return wcwidth((wchar_t)character); }

int connector_locale_is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

int connector_make_event_descriptor(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

int connector_make_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

static void terminal_signals(sigset_t *set) {
  sigemptyset(set);
  sigaddset(set, SIGHUP);
  sigaddset(set, SIGINT);
  sigaddset(set, SIGTERM);
  sigaddset(set, SIGTSTP);
  sigaddset(set, SIGCONT);
  sigaddset(set, SIGWINCH);
}

void connector_block_terminal_signals(void) {
  sigset_t set;
  terminal_signals(&set);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void connector_unblock_terminal_signals(void) {
  sigset_t set;
  terminal_signals(&set);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int connector_make_signal_descriptor(void) {
  sigset_t set;
  terminal_signals(&set);
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int connector_read_signal(int descriptor) {
  struct signalfd_siginfo info;
  ssize_t count = read(descriptor, &info, sizeof info);
  return count == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

void connector_forget_curses_signals(void) {
  // An ignored SIGHUP (nohup) stays ignored; ncurses does not touch it.
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  signal(SIGTSTP, SIG_DFL);
  signal(SIGWINCH, SIG_DFL);
}

void connector_stop_for_shell(void) {
  sigset_t stop, before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  signal(SIGTSTP, SIG_DFL);
  kill(0, SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &stop, &before);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int connector_is_in_foreground(int descriptor) {
  pid_t group = tcgetpgrp(descriptor);
  // A terminal that is not the controlling one has no foreground to respect.
  return group < 0 || group == getpgrp();
}

int connector_wait_for_foreground(int descriptor) {
  for (int attempt = 0; attempt < 8; attempt++) {
    if (connector_is_in_foreground(descriptor)) return 0;
    kill(0, SIGTTIN);
  }
  return -1;
}

int connector_set_modes(int descriptor, const struct termios *modes) {
  sigset_t output, before;
  sigemptyset(&output);
  sigaddset(&output, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &output, &before);
  int result;
  do {
    result = tcsetattr(descriptor, TCSANOW, modes);
  } while (result != 0 && errno == EINTR);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return result;
}
