#define _GNU_SOURCE
#include "file_support.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define DIRECTORY_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
#define FILE_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* A system call that is interrupted is simply repeated. */
#define REPEAT(result, call)                      \
  do {                                            \
    (result) = (call);                            \
  } while ((result) < 0 && errno == EINTR)

static int fail(int *error) {
  *error = errno;
  return -1;
}

int file_support_open_directory(int parent, const char *name, int follow_links, int *error) {
  int result;
  REPEAT(result, openat(parent, name, DIRECTORY_FLAGS | (follow_links ? 0 : O_NOFOLLOW)));
  return result < 0 ? fail(error) : result;
}

/* Where a walk down a path has come: the directory, and the rest of the path below it. */
struct descent {
  int directory;
  const char *rest;
};

static void end_descent(struct descent *descent, int root) {
  int saved = errno;
  if (descent->directory != root) close(descent->directory);
  errno = saved;
}

/* Moves into the directory that the first bytes of the rest name. */
static int descend(struct descent *descent, int root, size_t length, int flags) {
  char name[4096];
  int next = -1;
  if (length == 0 || length >= sizeof name) {
    errno = ENAMETOOLONG;
  } else {
    memcpy(name, descent->rest, length);
    name[length] = 0;
    REPEAT(next, openat(descent->directory, name, O_PATH | O_DIRECTORY | O_CLOEXEC | flags));
  }
  end_descent(descent, root);
  descent->directory = next;
  descent->rest += length + 1;
  return next;
}

/* Goes down to the directory that holds the file. Without links component by component, so that
   none in between is followed; with links in pieces that are short enough for the kernel. */
static int descend_to_parent(struct descent *descent, int root, int follow_links) {
  for (;;) {
    const char *slash = strchr(descent->rest, '/');
    if (slash == NULL) return 0;
    if (!follow_links) {
      if (descend(descent, root, (size_t)(slash - descent->rest), O_NOFOLLOW) < 0) return -1;
      continue;
    }
    size_t length = strlen(descent->rest);
    if (length > 4000) length = 4000;
    while (length > 0 && descent->rest[length] != '/') length--;
    if (descend(descent, root, length, 0) < 0) return -1;
  }
}

int file_support_open_file(int root, const char *path, int follow_links, int *error) {
  static atomic_int is_missing;
  int result;
  if (!follow_links && !atomic_load_explicit(&is_missing, memory_order_relaxed) &&
      strlen(path) < 4000) {
    struct open_how how = {.flags = FILE_FLAGS | O_NOFOLLOW, .resolve = RESOLVE_NO_SYMLINKS};
    REPEAT(result, (int)syscall(SYS_openat2, root, path, &how, sizeof how));
    if (result >= 0) return result;
    /* Containers answer EPERM to calls that they do not know. */
    if (errno != ENOSYS && errno != EPERM) return fail(error);
    if (errno == ENOSYS) atomic_store_explicit(&is_missing, 1, memory_order_relaxed);
  }
  struct descent descent = {.directory = root, .rest = path};
  if (descend_to_parent(&descent, root, follow_links) < 0) return fail(error);
  REPEAT(result, openat(descent.directory, descent.rest,
                        FILE_FLAGS | (follow_links ? 0 : O_NOFOLLOW)));
  end_descent(&descent, root);
  return result < 0 ? fail(error) : result;
}

/* From 1678 to 2262; what lies outside counts as the end that is nearer. */
static int64_t nanoseconds(struct statx_timestamp time) {
  if (time.tv_sec > INT64_MAX / 1000000000 - 1) return INT64_MAX;
  if (time.tv_sec < INT64_MIN / 1000000000 + 1) return INT64_MIN;
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int status(int parent, const char *name, int flags, struct file_support_status *status,
                  int *error) {
  struct statx raw;
  int result;
  REPEAT(result, statx(parent, name, flags | AT_STATX_SYNC_AS_STAT,
                       STATX_BASIC_STATS | STATX_BTIME, &raw));
  if (result < 0) return fail(error);
  status->inode = raw.stx_ino;
  status->size = raw.stx_size;
  status->modified = nanoseconds(raw.stx_mtime);
  status->changed = nanoseconds(raw.stx_ctime);
  status->created = raw.stx_mask & STATX_BTIME ? nanoseconds(raw.stx_btime) : 0;
  status->mode = raw.stx_mode;
  status->device_major = raw.stx_dev_major;
  status->device_minor = raw.stx_dev_minor;
  status->is_mount_root = (raw.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
  return 0;
}

int file_support_status_at(int parent, const char *name, int follow_links,
                           struct file_support_status *result, int *error) {
  return status(parent, name, follow_links ? 0 : AT_SYMLINK_NOFOLLOW, result, error);
}

int file_support_status_below(int root, const char *path, int follow_links,
                              struct file_support_status *result, int *error) {
  struct descent descent = {.directory = root, .rest = path};
  if (descend_to_parent(&descent, root, follow_links) < 0) return fail(error);
  int answer = file_support_status_at(descent.directory, descent.rest, follow_links, result, error);
  end_descent(&descent, root);
  return answer;
}

int file_support_status_of(int descriptor, struct file_support_status *result, int *error) {
  return status(descriptor, "", AT_EMPTY_PATH, result, error);
}

ptrdiff_t file_support_read_entries(int directory, void *buffer, size_t size, int *error) {
  long result;
  REPEAT(result, syscall(SYS_getdents64, directory, buffer, size));
  return result < 0 ? fail(error) : result;
}

size_t file_support_entry_at(const void *buffer, size_t offset, struct file_support_entry *entry) {
  const struct dirent64 *raw = (const struct dirent64 *)((const char *)buffer + offset);
  entry->name = raw->d_name;
  entry->name_length = strlen(raw->d_name);
  entry->type = raw->d_type;
  return offset + raw->d_reclen;
}

ptrdiff_t file_support_read_fully(int descriptor, void *buffer, size_t size, int *error) {
  size_t done = 0;
  while (done < size) {
    ssize_t result;
    REPEAT(result, read(descriptor, (char *)buffer + done, size - done));
    if (result < 0) return fail(error);
    if (result == 0) break;
    done += (size_t)result;
  }
  return (ptrdiff_t)done;
}

int64_t file_support_file_system_type(int descriptor) {
  struct statfs raw;
  int result;
  REPEAT(result, fstatfs(descriptor, &raw));
  return result < 0 ? 0 : (int64_t)raw.f_type;
}

int64_t file_support_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

void file_support_pause(int64_t nanoseconds) {
  struct timespec time = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  while (nanosleep(&time, &time) < 0 && errno == EINTR) {
  }
}
