// What SQLite allows on this machine: writes the rows of a ledger's last orders once more, by prepared statements, with
// the same bytes, in the same transactions, and does nothing else: no reading, no deciding, no hashing.
//
//   sqlite-ceiling LEDGER COPY      prints one JSON object with orders, rows, commits and seconds
//
// LEDGER is read and not changed; COPY is made anew with LEDGER's own schema. What lies before the run that brought the
// first order (items, locations, stock) is copied first and not timed. Then, transaction by transaction: its rows are
// fetched from LEDGER and the net change of every position and line is summed, both off the clock; then BEGIN, the
// inserts, the guarded updates and COMMIT, on the clock. WAL, synchronous=FULL, cache and checkpoints as the ledger
// has them; foreign keys are not checked. Exit 1 when the copy's sums differ from the ledger's.

#define _POSIX_C_SOURCE 200809L
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TABLES_MAX = 64, COLUMNS_MAX = 32 };

typedef struct { int type, size; int64_t number; size_t at; } Cell;

typedef struct {
    char name[64];
    char columns[COLUMNS_MAX][48];
    int column_count, txn;      // the position of `txn`
    sqlite3_stmt *source;       // all rows in the order of transactions
    bool has_row;               // `source` stands on a row that is not taken yet
    sqlite3_stmt *insert;
    Cell *cells;                // the rows of the transaction at hand
    size_t row_count, cell_room;
} Table;

typedef struct { int64_t key[2], delta[2]; } Change;
typedef struct { Change *items; size_t count, room; } Changes;

static sqlite3 *ledger, *copy;
static Table tables[TABLES_MAX];
static int table_count;
static uint8_t *arena;
static size_t arena_used, arena_room;

static void die(const char *what, sqlite3 *db) {
    fprintf(stderr, "sqlite-ceiling: %s: %s\n", what, db ? sqlite3_errmsg(db) : "out of memory");
    exit(2);
}

static void run(sqlite3 *db, const char *sql) {
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) die(sql, db);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) die(sql, db);
    return statement;
}

static bool step(sqlite3_stmt *statement) {
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) die(sqlite3_sql(statement), sqlite3_db_handle(statement));
    sqlite3_reset(statement);
    return false;
}

static int64_t number(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement = prepare(db, sql);
    int64_t value = step(statement) ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return value;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *grown(void *memory, size_t *room, size_t wanted, size_t size) {
    if (wanted <= *room) return memory;
    while (*room < wanted) *room = *room ? *room * 2 : 1024;
    memory = realloc(memory, *room * size);
    if (!memory) die("memory", NULL);
    return memory;
}

// The schema, and a cursor over each table that says which transaction wrote a row.
static void open_tables(void) {
    sqlite3_stmt *schema = prepare(
        ledger, "SELECT sql, type, name FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid");
    while (step(schema)) {
        run(copy, (const char *)sqlite3_column_text(schema, 0));
        if (strcmp((const char *)sqlite3_column_text(schema, 1), "table") != 0 || table_count == TABLES_MAX) continue;
        Table *table = &tables[table_count];
        snprintf(table->name, sizeof table->name, "%s", sqlite3_column_text(schema, 2));
        bool is_txn = strcmp(table->name, "txn") == 0;
        table->column_count = 0;
        table->txn = -1;
        char sql[4096], key[256] = "", marks[COLUMNS_MAX * 2 + 1] = "";
        snprintf(sql, sizeof sql, "SELECT name, pk FROM pragma_table_info('%s')", table->name);
        sqlite3_stmt *columns = prepare(ledger, sql);
        while (step(columns) && table->column_count < COLUMNS_MAX) {
            const char *name = (const char *)sqlite3_column_text(columns, 0);
            if (strcmp(name, is_txn ? "id" : "txn") == 0) table->txn = table->column_count;
            if (sqlite3_column_int(columns, 1) > 0) {
                strncat(key, ", ", sizeof key - strlen(key) - 1);
                strncat(key, name, sizeof key - strlen(key) - 1);
            }
            snprintf(table->columns[table->column_count++], 48, "%s", name);
            strcat(marks, marks[0] ? ",?" : "?");
        }
        sqlite3_finalize(columns);
        if (table->txn < 0) continue;
        snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY %s%s", table->name, is_txn ? "id" : "txn", key);
        table->source = prepare(ledger, sql);
        table->has_row = step(table->source);
        snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (%s)", table->name, marks);
        table->insert = prepare(copy, sql);
        table_count++;
    }
    sqlite3_finalize(schema);
}

static Table *table(const char *name) {
    for (int i = 0; i < table_count; i++)
        if (strcmp(tables[i].name, name) == 0) return &tables[i];
    fprintf(stderr, "sqlite-ceiling: the ledger has no table '%s' with transactions\n", name);
    exit(2);
}

static int column(const Table *table, const char *name) {
    for (int i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i], name) == 0) return i;
    fprintf(stderr, "sqlite-ceiling: table %s has no column '%s'\n", table->name, name);
    exit(2);
}

static Cell *cell(Table *table, size_t row, int column) { return &table->cells[row * (size_t)table->column_count + (size_t)column]; }

static void set_number(Cell *cell, int64_t value) { *cell = (Cell){SQLITE_INTEGER, 0, value, 0}; }
static void set_null(Cell *cell) { *cell = (Cell){SQLITE_NULL, 0, 0, 0}; }

static size_t keep(const void *bytes, size_t size) {
    arena = grown(arena, &arena_room, arena_used + size, 1);
    if (size) memcpy(arena + arena_used, bytes, size);
    arena_used += size;
    return arena_used - size;
}

static void set_text(Cell *cell, const char *text) {
    *cell = (Cell){SQLITE_TEXT, (int)strlen(text), 0, keep(text, strlen(text))};
}

// Takes the rows that transaction `txn` inserted out of the cursors.
static void fetch(int64_t txn) {
    arena_used = 0;
    for (int i = 0; i < table_count; i++) {
        Table *t = &tables[i];
        t->row_count = 0;
        while (t->has_row && sqlite3_column_int64(t->source, t->txn) <= txn) {
            size_t wanted = (t->row_count + 1) * (size_t)t->column_count;
            t->cells = grown(t->cells, &t->cell_room, wanted, sizeof(Cell));
            for (int c = 0; c < t->column_count; c++) {
                Cell *to = cell(t, t->row_count, c);
                to->type = sqlite3_column_type(t->source, c);
                to->number = to->type == SQLITE_INTEGER ? sqlite3_column_int64(t->source, c) : 0;
                to->size = 0;
                if (to->type != SQLITE_TEXT && to->type != SQLITE_BLOB) continue;
                const void *bytes = to->type == SQLITE_TEXT ? (const void *)sqlite3_column_text(t->source, c) : sqlite3_column_blob(t->source, c);
                to->size = sqlite3_column_bytes(t->source, c);
                to->at = keep(bytes, (size_t)to->size);
            }
            t->row_count++;
            t->has_row = step(t->source);
        }
    }
}

static int by_key(const void *a, const void *b) {
    const Change *x = a, *y = b;
    for (int i = 0; i < 2; i++)
        if (x->key[i] != y->key[i]) return x->key[i] < y->key[i] ? -1 : 1;
    return 0;
}

static void add(Changes *changes, int64_t key, int64_t second, int64_t delta, int64_t other) {
    changes->items = grown(changes->items, &changes->room, changes->count + 1, sizeof(Change));
    changes->items[changes->count++] = (Change){{key, second}, {delta, other}};
}

// One change for each key, in order.
static void fold(Changes *changes) {
    if (changes->count == 0) return;
    qsort(changes->items, changes->count, sizeof(Change), by_key);
    size_t last = 0;
    for (size_t i = 1; i < changes->count; i++) {
        if (by_key(&changes->items[i], &changes->items[last]) == 0) {
            changes->items[last].delta[0] += changes->items[i].delta[0];
            changes->items[last].delta[1] += changes->items[i].delta[1];
        } else {
            changes->items[++last] = changes->items[i];
        }
    }
    changes->count = last + 1;
}

enum { RECEIPT = 1, ADJUST_UP = 2, ADJUST_DOWN = 3, RESERVE = 10, BACKORDER = 14, RELEASE = 15 };

static Changes positions, lines, fulfilments, intents;

// What the rows of this transaction do to rows of others, and how its own rows stood when they were inserted.
static void plan(void) {
    positions.count = lines.count = fulfilments.count = intents.count = 0;
    Table *m = table("movement"), *l = table("line");
    const int kind = column(m, "kind"), item = column(m, "item"), location = column(m, "location"), line = column(m, "line");
    const int quantity = column(m, "quantity"), fulfilment = column(m, "fulfilment");
    const int id = column(l, "id"), ordered = column(l, "ordered"), open = column(l, "open");
    const int reserved = column(l, "reserved"), backordered = column(l, "backordered"), released = column(l, "released");
    for (size_t r = 0; r < l->row_count; r++) {
        set_number(cell(l, r, open), cell(l, r, ordered)->number);
        set_number(cell(l, r, reserved), 0);
        set_number(cell(l, r, backordered), 0);
        set_number(cell(l, r, released), 0);
    }
    for (size_t r = 0; r < m->row_count; r++) {
        int64_t units = cell(m, r, quantity)->number, what = cell(m, r, kind)->number, where = cell(m, r, line)->number;
        int64_t article = cell(m, r, item)->number, place = cell(m, r, location)->number;
        if (what == RECEIPT || what == ADJUST_UP) add(&positions, article, place, units, 0);
        if (what == ADJUST_DOWN) add(&positions, article, place, -units, 0);
        if (what == RESERVE) add(&positions, article, place, -units, units);
        if (what == RELEASE) {
            add(&lines, where, 0, units, 0);
            add(&fulfilments, cell(m, r, fulfilment)->number, 0, 0, 0);
        }
        if (what != RESERVE && what != BACKORDER) continue;
        size_t low = 0, high = l->row_count;    // lines of a transaction are in the order of their ids
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (cell(l, middle, id)->number < where) low = middle + 1;
            else high = middle;
        }
        if (low == l->row_count || cell(l, low, id)->number != where) die("a reservation of an older line", NULL);
        cell(l, low, open)->number -= units;
        cell(l, low, what == RESERVE ? reserved : backordered)->number += units;
    }
    Table *f = table("fulfilment"), *i = table("intent"), *o = table("outbound"), *items = table("outbound_item"), *d = table("drops");
    for (size_t r = 0; r < f->row_count; r++) set_number(cell(f, r, column(f, "state")), 0);
    for (size_t r = 0; r < i->row_count; r++) set_null(cell(i, r, column(i, "outbound")));
    for (size_t r = 0; r < o->row_count; r++) {
        set_text(cell(o, r, column(o, "state")), "ready");
        set_number(cell(o, r, column(o, "attempts")), 0);
        set_null(cell(o, r, column(o, "delivered_at")));
    }
    for (size_t r = 0; r < d->row_count; r++) {
        set_text(cell(d, r, column(d, "state")), "staged");
        set_number(cell(d, r, column(d, "reached")), 0);
    }
    for (size_t r = 0; r < items->row_count; r++)
        add(&intents, cell(items, r, column(items, "intent"))->number, 0, cell(items, r, column(items, "outbound"))->number, 0);
    fold(&positions);
    fold(&lines);
    fold(&fulfilments);
    qsort(intents.items, intents.count, sizeof(Change), by_key);
    size_t kept = 0;                            // one file consumes an intent once, however many papers it made of it
    for (size_t r = 0; r < intents.count; r++)
        if (kept == 0 || by_key(&intents.items[r], &intents.items[kept - 1]) != 0) intents.items[kept++] = intents.items[r];
    intents.count = kept;
}

static int64_t insert_rows(void) {
    int64_t count = 0;
    for (int i = 0; i < table_count; i++) {
        Table *t = &tables[i];
        for (size_t r = 0; r < t->row_count; r++) {
            for (int c = 0; c < t->column_count; c++) {
                const Cell *from = cell(t, r, c);
                if (from->type == SQLITE_INTEGER) sqlite3_bind_int64(t->insert, c + 1, from->number);
                else if (from->type == SQLITE_TEXT) sqlite3_bind_text(t->insert, c + 1, (const char *)arena + from->at, from->size, SQLITE_STATIC);
                else if (from->type == SQLITE_BLOB) sqlite3_bind_blob(t->insert, c + 1, arena + from->at, from->size, SQLITE_STATIC);
                else sqlite3_bind_null(t->insert, c + 1);
            }
            step(t->insert);
        }
        count += (int64_t)t->row_count;
    }
    return count;
}

static void update(sqlite3_stmt *statement, const int64_t *values, int count) {
    for (int i = 0; i < count; i++) sqlite3_bind_int64(statement, i + 1, values[i]);
    step(statement);
    if (sqlite3_changes(copy) != 1) die(sqlite3_sql(statement), copy);
}

static struct {
    sqlite3_stmt *position, *open_position, *line, *fulfilment, *intent, *drop, *outbound, *sequence;
} statements;

static void prepare_updates(void) {
    statements.position = prepare(
        copy, "UPDATE position SET available = available + ?1, reserved = reserved + ?2 "
              "WHERE item = ?3 AND location = ?4 AND available >= -?1 AND reserved >= -?2");
    statements.open_position = prepare(copy, "INSERT INTO position (item, location, available, reserved) VALUES (?3, ?4, ?1, ?2)");
    statements.line = prepare(copy, "UPDATE line SET reserved = reserved - ?1, released = released + ?1 WHERE id = ?2");
    statements.fulfilment = prepare(copy, "UPDATE fulfilment SET state = 1, seal = ?1 WHERE id = ?2");
    statements.intent = prepare(copy, "UPDATE intent SET outbound = ?1, reason = NULL, seal = ?1 WHERE id = ?2");
    statements.drop = prepare(
        copy, "UPDATE drops SET state = ?1, attempts = 1, reached = ?2, cleanup_due = 0, seal = ?2 WHERE id = ?3");
    statements.outbound = prepare(
        copy, "UPDATE outbound SET state = ?1, attempts = 1, delivered_at = ?2, sending_run = ?2, seal = ?2 WHERE id = ?3");
    statements.sequence = prepare(copy, "INSERT OR REPLACE INTO sequence (entity, next, seal) VALUES (?1, ?2, ?2)");
}

static void move(const Change *c) {
    const int64_t values[] = {c->delta[0], c->delta[1], c->key[0], c->key[1]};
    for (int i = 0; i < 4; i++) sqlite3_bind_int64(statements.position, i + 1, values[i]);
    step(statements.position);
    if (sqlite3_changes(copy) == 1) return;
    for (int i = 0; i < 4; i++) sqlite3_bind_int64(statements.open_position, i + 1, values[i]);
    step(statements.open_position);
}

static int64_t update_rows(const char *kind, int64_t drop, int64_t txn) {
    for (size_t i = 0; i < positions.count; i++) move(&positions.items[i]);
    for (size_t i = 0; i < lines.count; i++) update(statements.line, (int64_t[]){lines.items[i].delta[0], lines.items[i].key[0]}, 2);
    for (size_t i = 0; i < fulfilments.count; i++) update(statements.fulfilment, (int64_t[]){txn, fulfilments.items[i].key[0]}, 2);
    for (size_t i = 0; i < intents.count; i++) update(statements.intent, (int64_t[]){intents.items[i].delta[0], intents.items[i].key[0]}, 2);
    int64_t count = (int64_t)(positions.count + lines.count + fulfilments.count + intents.count);
    if (drop && strcmp(kind, "stage") != 0) {
        sqlite3_bind_text(statements.drop, 1, strcmp(kind, "apply") == 0 ? "applied" : "applying", -1, SQLITE_STATIC);
        sqlite3_bind_int64(statements.drop, 2, txn);
        sqlite3_bind_int64(statements.drop, 3, drop);
        step(statements.drop);
        count++;
    }
    if (strcmp(kind, "apply") == 0) {
        static const char *const entities[] = {"order", "line", "fulfilment"};
        for (int i = 0; i < 3; i++) {
            sqlite3_bind_text(statements.sequence, 1, entities[i], -1, SQLITE_STATIC);
            sqlite3_bind_int64(statements.sequence, 2, txn);
            step(statements.sequence);
            count++;
        }
    }
    return count;
}

// Documents change state twice, by groups of which the ledger keeps no list: every such transaction takes its share.
static int64_t update_outbound(const char *state, int64_t share, int64_t *reached, int64_t last) {
    int64_t count = 0;
    while (count < share && *reached < last) {
        sqlite3_bind_text(statements.outbound, 1, state, -1, SQLITE_STATIC);
        sqlite3_bind_int64(statements.outbound, 2, 1);
        sqlite3_bind_int64(statements.outbound, 3, ++*reached);
        step(statements.outbound);
        count++;
    }
    return count;
}

static int compare(void) {
    static const char *const sums[] = {
        "SELECT count(*) FROM orders", "SELECT sum(goods) FROM orders", "SELECT count(*) FROM line", "SELECT sum(ordered) FROM line",
        "SELECT sum(reserved) FROM line", "SELECT sum(released) FROM line", "SELECT count(*) FROM movement",
        "SELECT sum(length(document)) FROM order_document", "SELECT sum(length(reasons)) FROM decision",
        "SELECT sum(available) FROM position", "SELECT sum(reserved) FROM position", "SELECT count(*) FROM intent WHERE outbound IS NULL",
        "SELECT count(*) FROM outbound_item", "SELECT sum(state) FROM fulfilment", "SELECT count(*) FROM span",
    };
    int differences = 0;
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        int64_t ours = number(ledger, sums[i]), theirs = number(copy, sums[i]);
        if (ours == theirs) continue;
        fprintf(stderr, "sqlite-ceiling: %s: ledger %lld, copy %lld\n", sums[i], (long long)ours, (long long)theirs);
        differences++;
    }
    return differences;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: sqlite-ceiling LEDGER COPY\n");
        return 64;
    }
    if (sqlite3_open_v2(argv[1], &ledger, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) die(argv[1], ledger);
    run(ledger, "PRAGMA query_only = ON; PRAGMA cache_size = -65536");
    remove(argv[2]);
    if (sqlite3_open(argv[2], &copy) != SQLITE_OK) die(argv[2], copy);
    run(copy, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000");
    run(copy, "BEGIN");
    open_tables();
    prepare_updates();
    const int64_t first = number(
        ledger, "SELECT min(id) FROM txn WHERE run = (SELECT run FROM txn WHERE id = (SELECT min(txn) FROM orders))");
    fetch(first - 1);
    plan();
    insert_rows();
    update_rows("", 0, 0);
    run(copy, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");

    char sql[256];
    const int64_t documents = number(ledger, "SELECT coalesce(max(id), 0) FROM outbound");
    snprintf(sql, sizeof sql, "SELECT max(1, count(*)) FROM txn WHERE id >= %lld AND kind = 'sending'", (long long)first);
    const int64_t share = (documents + number(ledger, sql) - 1) / number(ledger, sql);
    int64_t sending = 0, delivered = 0, rows = 0, changes = 0, commits = 0;
    double seconds = 0;
    sqlite3_stmt *transactions = prepare(ledger, "SELECT id, kind, drop_id FROM txn WHERE id >= ? ORDER BY id");
    sqlite3_bind_int64(transactions, 1, first);
    while (step(transactions)) {
        const int64_t txn = sqlite3_column_int64(transactions, 0);
        const char *kind = (const char *)sqlite3_column_text(transactions, 1);
        fetch(txn);
        plan();
        const double start = now();
        run(copy, "BEGIN IMMEDIATE");
        rows += insert_rows();
        changes += update_rows(kind, sqlite3_column_int64(transactions, 2), txn);
        if (strcmp(kind, "sending") == 0) changes += update_outbound("sending", share, &sending, documents);
        if (strcmp(kind, "delivered") == 0) changes += update_outbound("delivered", share, &delivered, documents);
        run(copy, "COMMIT");
        seconds += now() - start;
        commits++;
    }
    snprintf(sql, sizeof sql, "SELECT count(*) FROM orders WHERE txn >= %lld", (long long)first);
    const int64_t orders = number(ledger, sql);
    printf("{\"orders\": %lld, \"rows\": %lld, \"updates\": %lld, \"commits\": %lld, \"seconds\": %.4f, \"orders_per_second\": %.0f}\n",
           (long long)orders, (long long)rows, (long long)changes, (long long)commits, seconds, (double)orders / seconds);
    return compare() == 0 ? 0 : 1;
}
