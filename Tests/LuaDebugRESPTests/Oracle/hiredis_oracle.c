// What hiredis makes of bytes, and what it writes: the tests compare the codec with it.
//
//   hiredis_oracle version
//   hiredis_oracle replies 1,7,64 FILE...
//   hiredis_oracle commands FILE
//
// `replies` feeds each file to a reader of its own, in pieces of the lengths named, from the first again when they are used up.
// It prints a line per value, an array's elements behind it and one level deeper, and a last line per file: how it ended.
//
//   0 array 2
//   1 string 3 610d0a
//   1 integer -5
//   end
//
// `commands` reads a command per line, its words in hexadecimal, each with a space behind it (an empty word is the space
// alone), and prints the bytes that hiredis writes for them.

#include <hiredis/hiredis.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("hiredis_oracle: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(2);
}

// A file's bytes, to be freed, with a zero behind them.
static char *contents(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (!file) die("%s cannot be opened", path);
    size_t room = 65536;
    char *bytes = malloc(room + 1);
    *length = 0;
    while (bytes) {
        size_t count = fread(bytes + *length, 1, room - *length, file);
        if (count == 0) break;
        *length += count;
        if (*length == room) bytes = realloc(bytes, (room *= 2) + 1);
    }
    if (!bytes || ferror(file)) die("%s cannot be read", path);
    fclose(file);
    bytes[*length] = 0;
    return bytes;
}

static void show_bytes(const char *type, const redisReply *reply) {
    static const char digits[] = "0123456789abcdef";
    printf("%s %zu ", type, reply->len);
    for (size_t i = 0; i < reply->len; i++) {
        unsigned char byte = (unsigned char)reply->str[i];
        putchar(digits[byte >> 4]);
        putchar(digits[byte & 15]);
    }
    putchar('\n');
}

static void show(const redisReply *reply, int depth) {
    printf("%d ", depth);
    switch (reply->type) {
    case REDIS_REPLY_STATUS: show_bytes("status", reply); break;
    case REDIS_REPLY_ERROR: show_bytes("error", reply); break;
    case REDIS_REPLY_STRING: show_bytes("string", reply); break;
    case REDIS_REPLY_INTEGER: printf("integer %lld\n", reply->integer); break;
    case REDIS_REPLY_NIL: puts("nil"); break;
    case REDIS_REPLY_ARRAY:
        printf("array %zu\n", reply->elements);
        for (size_t i = 0; i < reply->elements; i++) show(reply->element[i], depth + 1);
        break;
    default: die("a reply of type %d", reply->type);
    }
}

// Whether some of a value is there: bytes that are not read, or a value that is begun.
static int is_mid_value(const redisReader *reader) {
#if HIREDIS_MAJOR >= 1
    int type = reader->task[0]->type;
#else
    int type = reader->rstack[0].type;
#endif
    return reader->pos < reader->len || reader->ridx > 0 || (reader->ridx == 0 && type != -1);
}

static void read_replies(const char *path, const size_t *pieces, size_t count) {
    size_t length;
    char *bytes = contents(path, &length);
    redisReader *reader = redisReaderCreate();
    if (!reader) die("out of memory");
    for (size_t at = 0, turn = 0; at < length && !reader->err; turn++) {
        size_t piece = pieces[turn % count];
        if (piece > length - at) piece = length - at;
        if (redisReaderFeed(reader, bytes + at, piece) != REDIS_OK) break;
        at += piece;
        void *reply;
        while (redisReaderGetReply(reader, &reply) == REDIS_OK && reply) {
            show(reply, 0);
            freeReplyObject(reply);
        }
    }
    if (reader->err)
        printf("refused: %s\n", reader->errstr);
    else
        puts(is_mid_value(reader) ? "incomplete" : "end");
    redisReaderFree(reader);
    free(bytes);
}

static int replies(const char *lengths, char **files, int count) {
    size_t pieces[64], known = 0, sum = 0;
    while (*lengths) {
        char *end;
        if (known == sizeof pieces / sizeof *pieces) die("too many pieces");
        pieces[known] = strtoul(lengths, &end, 10);
        if (end == lengths || (*end && *end != ',')) die("%s is no list of lengths", lengths);
        sum += pieces[known++];
        lengths = *end ? end + 1 : end;
    }
    if (sum == 0) die("the pieces are empty");
    for (int i = 0; i < count; i++) read_replies(files[i], pieces, known);
    return 0;
}

static int hex(char digit) {
    const char *digits = "0123456789abcdef", *at = digit ? strchr(digits, digit) : NULL;
    if (!at) die("no hexadecimal digit: %d", digit);
    return (int)(at - digits);
}

static int commands(const char *path) {
    size_t length;
    char *text = contents(path, &length), *at = text;
    // There are no more words, and no more bytes in them, than characters.
    const char **words = malloc((length + 1) * sizeof *words);
    size_t *lengths = malloc((length + 1) * sizeof *lengths);
    char *bytes = malloc(length + 1);
    if (!words || !lengths || !bytes) die("out of memory");
    while (*at) {
        int count = 0;
        char *end = bytes;
        for (; *at != '\n'; at++) {
            words[count] = end;
            for (; *at != ' '; at += 2) *end++ = (char)(hex(at[0]) << 4 | hex(at[1]));
            lengths[count] = (size_t)(end - words[count]);
            count++;
        }
        at++;
        char *command;
        int size = redisFormatCommandArgv(&command, count, words, lengths);
        if (size < 0) die("out of memory");
        fwrite(command, 1, (size_t)size, stdout);
        redisFreeCommand(command);
    }
    free(bytes);
    free(lengths);
    free(words);
    free(text);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "version") == 0)
        return printf("%d.%d.%d\n", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH) < 0;
    if (argc >= 4 && strcmp(argv[1], "replies") == 0) return replies(argv[2], argv + 3, argc - 3);
    if (argc == 3 && strcmp(argv[1], "commands") == 0) return commands(argv[2]);
    die("version, replies PIECES FILE... or commands FILE");
}
