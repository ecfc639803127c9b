/* The other end of the bench's lines: horns on many lines that answer Modbus at once, or at the pace of a bus.
 *
 *   responder [options] rtu DIR COUNT     pseudo-terminals DIR/0 ... DIR/COUNT-1, Modbus RTU
 *   responder [options] rtutcp COUNT      a TCP port a line, Modbus RTU frames in it
 *   responder [options] tcp COUNT         a TCP port a line, Modbus/TCP frames in it
 *
 *   --turnaround-us N   what a unit takes to answer (0)
 *   --baud N            the bus behind every line: an answer comes after the line time of question and
 *                       answer (0: at once)
 *   --dead U            unit U of every line never answers; may be given several times
 *   --late L:U          only unit U of line L never answers
 *
 * Standard output: one line with its path or port for each, "ready", then for each request that arrived
 *   NANOSECONDS LINE UNIT FUNCTION ADDRESS VALUE     (CLOCK_MONOTONIC; the value of a read is its count)
 * It ends when standard input does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pty.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { RTU, RTUTCP, TCP, REGISTERS = 64, UNITS = 256, FRAME = 300, QUEUED = 64 };

typedef struct { uint8_t data[FRAME]; int length; int64_t due; } Answer;

typedef struct {
    int fd, listener, number, filled, first, waiting;
    uint8_t in[4096];
    Answer answers[QUEUED];
    int64_t free_at;
    uint16_t (*registers)[REGISTERS], (*coils)[REGISTERS];
    uint8_t dead[UNITS];
} Line;

static int kind, epoll, count;
static int64_t turnaround, baud;
static uint8_t dead[UNITS];
static Line *lines;

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what) { perror(what); exit(1); }

static uint16_t crc(const uint8_t *p, int n) {
    uint16_t c = 0xFFFF;
    while (n--) {
        c ^= *p++;
        for (int i = 0; i < 8; i++) c = c & 1 ? (c >> 1) ^ 0xA001 : c >> 1;
    }
    return c;
}

static int word(const uint8_t *p) { return p[0] << 8 | p[1]; }

/* Carries out one PDU and writes its answer's PDU; returns the answer's length, 0 where nobody answers. */
static int obey(Line *line, int unit, const uint8_t *pdu, uint8_t *answer, int64_t at) {
    int function = pdu[0], address = word(pdu + 1), value = word(pdu + 3), length = 5;
    printf("%lld %d %d %d %d %d\n", (long long)at, line->number, unit, function, address,
           function == 16 ? word(pdu + 6) : value);
    if (unit && (dead[unit] || line->dead[unit])) return 0;
    answer[0] = function;
    if (function == 1 || function == 2) {
        answer[1] = (value + 7) / 8;
        memset(answer + 2, 0, answer[1]);
        for (int i = 0; i < value; i++)
            if (line->coils[unit][(address + i) % REGISTERS]) answer[2 + i / 8] |= 1 << i % 8;
        length = 2 + answer[1];
    } else if (function == 3 || function == 4) {
        answer[1] = 2 * value;
        for (int i = 0; i < value; i++) {
            uint16_t held = line->registers[unit][(address + i) % REGISTERS];
            answer[2 + 2 * i] = held >> 8;
            answer[3 + 2 * i] = held;
        }
        length = 2 + 2 * value;
    } else if (function == 5 || function == 6 || function == 16) {
        int values = function == 16 ? value : 1;
        for (int i = 0; i < values; i++) {
            int new = function == 16 ? word(pdu + 6 + 2 * i) : value;
            for (int u = unit ? unit : 1; u <= (unit ? unit : 247); u++)
                (function == 5 ? line->coils : line->registers)[u][(address + i) % REGISTERS] = new;
        }
        memcpy(answer, pdu, 5);
    } else {
        answer[0] |= 0x80;
        answer[1] = 1;
        length = 2;
    }
    return unit ? length : 0;
}

/* The bytes of the first whole request in the buffer, 0 where there is none yet, -1 where it can be none. */
static int whole(const uint8_t *in, int filled) {
    int need;
    if (kind == TCP) {
        if (filled < 6) return 0;
        need = 6 + word(in + 4);
        return need > FRAME ? -1 : filled >= need ? need : 0;
    }
    if (filled < 8) return 0;
    need = in[1] == 15 || in[1] == 16 ? 9 + in[6] : 8;
    if (need > FRAME) return -1;
    if (filled < need) return 0;
    return crc(in, need - 2) == (in[need - 2] | in[need - 1] << 8) ? need : -1;
}

static void take(Line *line, const uint8_t *in, int length, int64_t at) {
    int mbap = kind == TCP, unit = in[mbap ? 6 : 0];
    uint8_t pdu[FRAME] = {0};
    int n = obey(line, unit, in + (mbap ? 7 : 1), pdu, at);
    int64_t begin = at > line->free_at ? at : line->free_at, rtu = mbap ? length - 4 : length;
    int64_t character = baud ? 10000000000LL / baud : 0;
    if (!n) {
        line->free_at = begin + rtu * character;
        return;
    }
    Answer *a = &line->answers[(line->first + line->waiting++) % QUEUED];
    a->length = n + (mbap ? 7 : 3);
    if (mbap) {
        memcpy(a->data, in, 4);
        a->data[4] = (n + 1) >> 8;
        a->data[5] = n + 1;
        a->data[6] = unit;
        memcpy(a->data + 7, pdu, n);
    } else {
        a->data[0] = unit;
        memcpy(a->data + 1, pdu, n);
        uint16_t sum = crc(a->data, n + 1);
        a->data[n + 1] = sum;
        a->data[n + 2] = sum >> 8;
    }
    a->due = begin + (rtu + n + 3) * character + turnaround;
    line->free_at = a->due;
}

static void hang_up(Line *line) {
    close(line->fd);
    line->fd = -1;
    line->filled = line->waiting = 0;
}

static void listen_to(Line *line) {
    int got = read(line->fd, line->in + line->filled, sizeof line->in - line->filled);
    if (got <= 0) {
        if (kind != RTU && (got == 0 || errno != EAGAIN)) hang_up(line);
        return;
    }
    int64_t at = now();
    line->filled += got;
    for (int n; (n = whole(line->in, line->filled)) && line->waiting < QUEUED;) {
        if (n > 0) take(line, line->in, n, at);
        else n = 1;
        memmove(line->in, line->in + n, line->filled -= n);
    }
}

/* Sends what is due; returns when the next answer will be, or -1. */
static int64_t speak(void) {
    int64_t next = -1, at = now();
    for (int i = 0; i < count; i++) {
        Line *line = &lines[i];
        while (line->waiting) {
            Answer *a = &line->answers[line->first];
            if (a->due > at) {
                if (next < 0 || a->due < next) next = a->due;
                break;
            }
            if (line->fd >= 0 && write(line->fd, a->data, a->length) < 0 && errno != EAGAIN && kind != RTU)
                hang_up(line);
            if (line->waiting) {
                line->first = (line->first + 1) % QUEUED;
                line->waiting--;
            }
        }
    }
    return next;
}

static void watch(int fd, int tag) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = tag};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
}

static void open_line(Line *line, const char *folder) {
    line->registers = calloc(UNITS, sizeof *line->registers);
    line->coils = calloc(UNITS, sizeof *line->coils);
    line->fd = line->listener = -1;
    if (kind == RTU) {
        struct termios raw;
        char path[512], name[128];
        int slave;
        if (openpty(&line->fd, &slave, name, NULL, NULL)) fail("openpty");
        tcgetattr(slave, &raw);
        cfmakeraw(&raw);
        tcsetattr(slave, TCSANOW, &raw);
        fcntl(line->fd, F_SETFL, O_NONBLOCK);
        snprintf(path, sizeof path, "%s/%d", folder, line->number);
        unlink(path);
        if (symlink(name, path)) fail(path);
        watch(line->fd, 2 * line->number);
        puts(path);
        return;
    }
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof here;
    line->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(line->listener, (struct sockaddr *)&here, size) || listen(line->listener, 4)) fail("listen");
    getsockname(line->listener, (struct sockaddr *)&here, &size);
    watch(line->listener, 2 * line->number + 1);
    printf("%d\n", ntohs(here.sin_port));
}

static void pick_up(Line *line) {
    int yes = 1, fd = accept4(line->listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return;
    if (line->fd >= 0) hang_up(line);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    line->fd = fd;
    watch(fd, 2 * line->number);
}

static void nap(int64_t until, struct epoll_event *events, int most, int *ready) {
    struct timespec pause = {0}, *limit = NULL;
    int64_t left = until < 0 ? -1 : until - now();
    if (left >= 0) {
        pause.tv_sec = left / 1000000000;
        pause.tv_nsec = left % 1000000000;
        limit = &pause;
    } else if (until >= 0)
        limit = &pause;
    *ready = epoll_pwait2(epoll, events, most, limit, NULL);
}

int main(int argc, char **argv) {
    struct { int line, unit; } late[64];
    int lates = 0, i = 1;
    for (; i < argc - 1 && !strncmp(argv[i], "--", 2); i += 2) {
        char *name = argv[i] + 2, *value = argv[i + 1];
        if (!strcmp(name, "turnaround-us")) turnaround = atoll(value) * 1000;
        else if (!strcmp(name, "baud")) baud = atoll(value);
        else if (!strcmp(name, "dead")) dead[atoi(value) % UNITS] = 1;
        else if (!strcmp(name, "late") && lates < 64)
            sscanf(value, "%d:%d", &late[lates].line, &late[lates].unit), lates++;
        else { fprintf(stderr, "no such option: --%s\n", name); return 2; }
    }
    const char *way = i < argc ? argv[i] : "";
    kind = !strcmp(way, "rtu") ? RTU : !strcmp(way, "rtutcp") ? RTUTCP : TCP;
    const char *folder = kind == RTU && i + 2 < argc ? argv[i + 1] : "";
    count = argc > i + 1 ? atoi(argv[argc - 1]) : 0;
    if (!count) {
        fprintf(stderr, "responder [options] rtu DIR COUNT | rtutcp COUNT | tcp COUNT\n");
        return 2;
    }
    struct rlimit most;
    getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = most.rlim_max;
    setrlimit(RLIMIT_NOFILE, &most);
    static char log_buffer[1 << 16];
    setvbuf(stdout, log_buffer, _IOFBF, sizeof log_buffer);
    epoll = epoll_create1(0);
    lines = calloc(count, sizeof *lines);
    for (int n = 0; n < count; n++) {
        lines[n].number = n;
        open_line(&lines[n], folder);
    }
    for (int n = 0; n < lates; n++)
        if (late[n].line < count) lines[late[n].line].dead[late[n].unit % UNITS] = 1;
    puts("ready");
    fflush(stdout);
    watch(0, 2 * count);
    struct epoll_event events[256];
    for (int64_t next = -1;;) {
        int ready;
        nap(next, events, 256, &ready);
        for (int n = 0; n < ready; n++) {
            unsigned tag = events[n].data.u32;
            if (tag == 2u * count) return 0;
            if (tag & 1) pick_up(&lines[tag / 2]);
            else if (lines[tag / 2].fd >= 0) listen_to(&lines[tag / 2]);
        }
        next = speak();
        fflush(stdout);
    }
}
