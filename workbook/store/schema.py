"""The schema of the database: its tables, version by version, and which columns name whom."""

# One entry per version of the schema; PRAGMA user_version counts the ones that were run.
MIGRATIONS = (
    """
    CREATE TABLE snapshot (
        instance TEXT PRIMARY KEY, alias TEXT NOT NULL, fetched TEXT NOT NULL,
        length INTEGER NOT NULL, dropped TEXT NOT NULL, altered TEXT NOT NULL);
    CREATE TABLE piece (
        instance TEXT NOT NULL, position INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (instance, position)) WITHOUT ROWID;
    CREATE TABLE pace (
        instance TEXT NOT NULL, method TEXT NOT NULL, free_at REAL NOT NULL,
        PRIMARY KEY (instance, method)) WITHOUT ROWID;
    CREATE TABLE written (
        path TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (path, sha256)) WITHOUT ROWID;
    """,
    """
    ALTER TABLE snapshot ADD COLUMN first TEXT NOT NULL DEFAULT '';
    UPDATE snapshot SET first = fetched;
    CREATE TABLE version (
        instance TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, first_seen TEXT NOT NULL,
        valid_from TEXT NOT NULL, last_seen TEXT, valid_to TEXT,
        PRIMARY KEY (instance, id, valid_from)) WITHOUT ROWID;
    CREATE INDEX version_from ON version (instance, valid_from);
    CREATE INDEX version_to ON version (instance, valid_to) WHERE valid_to IS NOT NULL;
    CREATE TABLE absence (
        instance TEXT NOT NULL, id TEXT NOT NULL, believed INTEGER NOT NULL,
        last_seen TEXT NOT NULL, since TEXT NOT NULL, counted TEXT NOT NULL,
        times INTEGER NOT NULL, PRIMARY KEY (instance, id)) WITHOUT ROWID;
    CREATE TABLE pair (
        instance TEXT NOT NULL, former TEXT NOT NULL, present TEXT NOT NULL,
        source TEXT NOT NULL, found TEXT NOT NULL,
        PRIMARY KEY (instance, former)) WITHOUT ROWID;
    CREATE TABLE asked (
        instance TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (instance, id)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE owned (
        book TEXT NOT NULL, name TEXT NOT NULL, instance TEXT NOT NULL, alias TEXT NOT NULL,
        titles TEXT NOT NULL, PRIMARY KEY (book, name)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE wrote (
        book TEXT NOT NULL, name TEXT NOT NULL, alias TEXT NOT NULL, instance TEXT NOT NULL,
        PRIMARY KEY (book, name, alias)) WITHOUT ROWID;
    INSERT INTO wrote SELECT book, name, alias, instance FROM owned;
    """,
    """
    CREATE TABLE consent (
        place TEXT NOT NULL, instance TEXT NOT NULL, given TEXT NOT NULL, sheets TEXT NOT NULL,
        PRIMARY KEY (place, instance)) WITHOUT ROWID;
    """,
    """
    ALTER TABLE owned ADD COLUMN made INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE written ADD COLUMN instance TEXT NOT NULL DEFAULT '';
    UPDATE written SET instance =
        COALESCE((SELECT instance FROM owned WHERE book = path ORDER BY name LIMIT 1), '');
    """,
    """
    CREATE TABLE run (
        began TEXT NOT NULL PRIMARY KEY, path TEXT NOT NULL, seconds REAL NOT NULL,
        exit_code INTEGER NOT NULL, error TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE run_account (
        began TEXT NOT NULL, instance TEXT NOT NULL, alias TEXT NOT NULL, length INTEGER NOT NULL,
        changes TEXT NOT NULL, seconds REAL NOT NULL, exit_code INTEGER NOT NULL,
        error TEXT NOT NULL, PRIMARY KEY (began, instance)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE told (
        instance TEXT NOT NULL, what TEXT NOT NULL, PRIMARY KEY (instance, what)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE asked_group (
        instance TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL, refused TEXT NOT NULL,
        at TEXT NOT NULL, PRIMARY KEY (instance, id)) WITHOUT ROWID;
    CREATE TABLE member (
        instance TEXT NOT NULL, chat TEXT NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL,
        lid TEXT NOT NULL, role TEXT NOT NULL,
        PRIMARY KEY (instance, chat, position)) WITHOUT ROWID;
    """,
    "",  # bodies of pieces are deflated from here on, which no getcontacts of before can read
)

LISTS = ("snapshot", "piece", "version", "absence", "pair", "asked")  # lists and their history

# In every table, a column of these names holds an account's idInstance or the id of a person: what
# a purge deletes is found by them. A test fails for a name that is neither here nor harmless.
ACCOUNT = "instance"
PERSON = frozenset({"id", "former", "present", "chat", "lid"})
