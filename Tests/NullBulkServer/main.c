// Answers as Elasticsearch does, and keeps nothing: what is left of a sync's time against it is the
// program's own. One thread, epoll; a bulk request costs it one pass over the body to count lines.
//
//   NullBulkServer [KNOWN]    prints its port; says that KNOWN documents are in each index.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_MAX 16384
#define SMALL_MAX 65536
#define ITEM "{\"index\":{\"result\":\"created\",\"status\":201}},"

struct connection {
  int socket;
  char head[HEAD_MAX];
  size_t headLength;
  long bodyLeft;
  long lines;
  // Of a request that is no bulk request.
  char small[SMALL_MAX];
  size_t smallLength;
  int isBulk;
};

static long known;
static char *items;
static long itemCapacity;
static char *page;

static void sendAll(int socket, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;
    bytes += sent;
    count -= (size_t)sent;
  }
}

static void answer(int socket, const char *body, size_t count) {
  char head[256];
  int length = snprintf(
      head, sizeof head,
      "HTTP/1.1 200 OK\r\nX-elastic-product: Elasticsearch\r\ncontent-type: application/json\r\n"
      "content-length: %zu\r\n\r\n", count);
  send(socket, head, (size_t)length, MSG_NOSIGNAL | MSG_MORE);
  sendAll(socket, body, count);
}

static void answerBulk(struct connection *c) {
  static const char start[] = "{\"items\":[";
  long count = c->lines / 2;
  size_t each = sizeof ITEM - 1;
  if (count > itemCapacity) {
    free(items);
    itemCapacity = count * 2;
    items = malloc(sizeof start + (size_t)itemCapacity * each + 2);
    memcpy(items, start, sizeof start - 1);
    for (long i = 0; i < itemCapacity; i++) memcpy(items + sizeof start - 1 + i * each, ITEM, each);
  }
  size_t length = sizeof start - 1 + (size_t)count * each - (count > 0);
  char saved[2] = {items[length], items[length + 1]};
  items[length] = ']';
  items[length + 1] = '}';
  answer(c->socket, items, length + 2);
  items[length] = saved[0];
  items[length + 1] = saved[1];
}

static void answerPage(struct connection *c) {
  long after = -1, size = 5000;
  c->small[c->smallLength] = 0;
  char *place = strstr(c->small, "\"search_after\":[");
  if (place) after = atol(place + strlen("\"search_after\":["));
  place = strstr(c->small, "\"size\":");
  if (place) size = atol(place + strlen("\"size\":"));
  if (size > 10000) size = 10000;
  char *end = page;
  end += sprintf(end, "{\"pit_id\":\"p\",\"hits\":{\"hits\":[");
  for (long number = after + 1, left = size; number < known && left > 0; number++, left--) {
    end += sprintf(
        end,
        "%s{\"_id\":\"document-%ld\",\"fields\":{\"_connector_console.f\":[1],"
        "\"_connector_console.s\":[\"\"]},\"sort\":[%ld]}",
        left == size ? "" : ",", number, number);
  }
  end += sprintf(end, "]}}");
  answer(c->socket, page, (size_t)(end - page));
}

static void answerSmall(struct connection *c) {
  char text[512];
  if (strstr(c->head, "/_search")) return answerPage(c);
  if (strstr(c->head, "/_stats")) {
    snprintf(
        text, sizeof text,
        "{\"_all\":{\"primaries\":{\"docs\":{\"count\":%ld},\"store\":{\"size_in_bytes\":0}}}}",
        known);
  } else if (strstr(c->head, "/_pit")) {
    snprintf(text, sizeof text, "{\"id\":\"p\"}");
  } else if (!strncmp(c->head, "GET /_ingest", 12)) {
    static const char missing[] =
        "HTTP/1.1 404 Not Found\r\nX-elastic-product: Elasticsearch\r\n"
        "content-length: 2\r\n\r\n{}";
    return sendAll(c->socket, missing, sizeof missing - 1);
  } else if (!strncmp(c->head, "GET / ", 6)) {
    snprintf(text, sizeof text, "{\"version\":{\"number\":\"8.19.21\"}}");
  } else if (!strncmp(c->head, "GET /", 5)) {
    snprintf(
        text, sizeof text,
        "{\"index\":{\"mappings\":{\"_meta\":{\"connector_console\":{\"digest_key\":"
        "[\"1\",\"2\"]}}},\"settings\":{\"index\":{\"uuid\":\"u\"}}}}");
  } else {
    snprintf(text, sizeof text, "{\"acknowledged\":true}");
  }
  answer(c->socket, text, strlen(text));
}

static long countLines(const char *bytes, size_t count) {
  // Counted in blocks whose sums fit a byte, which the compiler turns into vector instructions.
  long lines = 0;
  while (count > 0) {
    size_t block = count < 255 * 16 ? count : 255 * 16;
    unsigned sum = 0;
    for (size_t i = 0; i < block; i++) sum += bytes[i] == '\n';
    lines += sum;
    bytes += block;
    count -= block;
  }
  return lines;
}

static void takeBody(struct connection *c, const char *bytes, size_t count) {
  c->bodyLeft -= (long)count;
  if (c->isBulk) {
    c->lines += countLines(bytes, count);
  } else if (c->smallLength + count < SMALL_MAX) {
    memcpy(c->small + c->smallLength, bytes, count);
    c->smallLength += count;
  }
}

static void finishRequest(struct connection *c) {
  if (c->isBulk) answerBulk(c); else answerSmall(c);
  c->headLength = 0;
  c->lines = 0;
  c->smallLength = 0;
  c->bodyLeft = -1;
}

// Takes what came; a request is answered as soon as it is whole.
static void take(struct connection *c, const char *bytes, size_t count) {
  while (count > 0) {
    if (c->bodyLeft < 0) {
      size_t room = HEAD_MAX - 1 - c->headLength;
      size_t part = count < room ? count : room;
      size_t from = c->headLength > 3 ? c->headLength - 3 : 0;
      memcpy(c->head + c->headLength, bytes, part);
      c->head[c->headLength + part] = 0;
      char *end = strstr(c->head + from, "\r\n\r\n");
      if (!end) {
        c->headLength += part;
        if (part == room) exit(1);
        return;
      }
      size_t used = (size_t)(end + 4 - c->head) - c->headLength;
      end[4] = 0;
      bytes += used;
      count -= used;
      char *length = strcasestr(c->head, "content-length:");
      c->bodyLeft = length ? atol(length + 15) : 0;
      char *line = strstr(c->head, "\r\n");
      char *bulk = strstr(c->head, "/_bulk");
      c->isBulk = bulk && bulk < line;
    } else {
      size_t part = count < (size_t)c->bodyLeft ? count : (size_t)c->bodyLeft;
      takeBody(c, bytes, part);
      bytes += part;
      count -= part;
    }
    if (c->bodyLeft == 0) finishRequest(c);
  }
}

int main(int argc, char **argv) {
  pid_t parent = getppid();
  known = argc > 1 ? atol(argv[1]) : 0;
  page = malloc(10000 * 160 + 256);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 64)) return 1;
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  int poll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
  static char buffer[256 << 10];
  for (;;) {
    if (epoll_wait(poll, &event, 1, 2000) < 1) {
      if (getppid() != parent) return 0;
      continue;
    }
    struct connection *c = event.data.ptr;
    if (!c) {
      int socket = accept(listener, NULL, NULL);
      if (socket < 0) continue;
      int on = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      c = calloc(1, sizeof *c);
      c->socket = socket;
      c->bodyLeft = -1;
      event.events = EPOLLIN;
      event.data.ptr = c;
      epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
      continue;
    }
    ssize_t count = recv(c->socket, buffer, sizeof buffer, 0);
    if (count <= 0) {
      close(c->socket);
      free(c);
      continue;
    }
    take(c, buffer, (size_t)count);
  }
}
