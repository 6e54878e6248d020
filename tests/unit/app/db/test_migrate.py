import threading

from alembic.script import ScriptDirectory

from app.db.engine import Database
from app.db.migrate import SCRIPTS, migrate, newest_revision, pending


def test_processes_that_start_together_migrate_once(tmp_path):
    url = f"sqlite:///{tmp_path}/fresh.db"
    databases = [Database(url) for _ in range(8)]
    threads = [threading.Thread(target=migrate, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not pending(databases[0])
    for database in databases:
        database.close()


def test_the_newest_revision_is_the_one_that_alembic_would_reach():
    assert newest_revision() == ScriptDirectory(str(SCRIPTS)).get_current_head()


def test_an_empty_database_says_that_it_is_behind(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/fresh.db")
    assert pending(database)
    database.close()


def test_sqlite_is_opened_with_the_settings_that_keep_it_whole(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/fresh.db")
    with database.engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert settings == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000
    }  # fmt: skip
