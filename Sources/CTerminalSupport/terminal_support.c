#define _GNU_SOURCE
#include "terminal_support.h"

#include <pty.h>
#include <signal.h>
#include <stdlib.h>
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
  *pid = child;
  return master;
}

int connector_character_width(unsigned int character) { return wcwidth((wchar_t)character); }
