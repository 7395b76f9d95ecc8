#define _GNU_SOURCE
#include "terminal_support.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Everything that a signal handler needs, laid down before. Only async-signal-safe calls below.
static struct {
  int descriptor;
  struct termios saved;
  char sequence[512];
  size_t length;
  int captured;
  int real_error;
} guard;

static const int crash_signals[] = {SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGQUIT};
#define CRASH_SIGNALS (sizeof crash_signals / sizeof crash_signals[0])
static struct sigaction previous[CRASH_SIGNALS];
static atomic_int is_armed;
static atomic_int is_registered;

/// Writes as much as a descriptor takes within a second in all.
static void write_bounded(int descriptor, const char *bytes, size_t count) {
  int patience = 10;
  while (count > 0 && patience > 0) {
    struct pollfd ready = {.fd = descriptor, .events = POLLOUT};
    if (poll(&ready, 1, 100) <= 0) {
      patience -= 1;
      continue;
    }
    if (ready.revents & (POLLHUP | POLLERR | POLLNVAL)) return;
    ssize_t written = write(descriptor, bytes, count < 256 ? count : 256);
    if (written > 0) {
      bytes += written;
      count -= (size_t)written;
    } else if (errno == EAGAIN || errno == EINTR) {
      patience -= 1;
    } else {
      return;
    }
  }
}

static void restore(void) {
  if (!atomic_exchange(&is_armed, 0)) return;
  if (connector_is_in_foreground(guard.descriptor)) {
    write_bounded(guard.descriptor, guard.sequence, guard.length);
    tcsetattr(guard.descriptor, TCSANOW, &guard.saved);
  }
  if (guard.captured < 0) return;
  dup2(guard.real_error, STDERR_FILENO);
  char buffer[4096];
  off_t offset = 0;
  // The last words of a crash matter, not megabytes of warnings before it.
  off_t end = lseek(guard.captured, 0, SEEK_END);
  if (end > 65536) offset = end - 65536;
  for (;;) {
    ssize_t count = pread(guard.captured, buffer, sizeof buffer, offset);
    if (count <= 0) return;
    write_bounded(STDERR_FILENO, buffer, (size_t)count);
    offset += count;
  }
}

static void crashed(int number, siginfo_t *info, void *context) {
  (void)context;
  int error = errno;
  restore();
  if (info->si_code <= 0) {
    // Sent by somebody, not a fault: a debugger's handler would ask questions and then let the
    // program live on without its terminal.
    signal(number, SIG_DFL);
  } else {
    for (size_t index = 0; index < CRASH_SIGNALS; index++) {
      if (crash_signals[index] == number) sigaction(number, &previous[index], NULL);
    }
  }
  errno = error;
  // Waits until this handler returns, then takes the action from before.
  raise(number);
}

void connector_arm_guard(int descriptor, const struct termios *saved, const char *sequence,
                         size_t length, int captured, int real_error) {
  connector_disarm_guard();
  guard.descriptor = descriptor;
  guard.saved = *saved;
  guard.length = length < sizeof guard.sequence ? length : sizeof guard.sequence;
  memcpy(guard.sequence, sequence, guard.length);
  guard.captured = captured;
  guard.real_error = real_error;
  if (!atomic_exchange(&is_registered, 1)) atexit(restore);
  struct sigaction action = {.sa_sigaction = crashed, .sa_flags = SA_ONSTACK | SA_SIGINFO};
  sigemptyset(&action.sa_mask);
  for (size_t index = 0; index < CRASH_SIGNALS; index++) {
    sigaction(crash_signals[index], &action, &previous[index]);
  }
  atomic_store(&is_armed, 1);
}

void connector_disarm_guard(void) {
  if (!atomic_exchange(&is_armed, 0)) return;
  for (size_t index = 0; index < CRASH_SIGNALS; index++) {
    sigaction(crash_signals[index], &previous[index], NULL);
  }
}
