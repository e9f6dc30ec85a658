-- What came from a hub: touches of security keys in other departments, and files that were rebuilt.

-- A batch stays also while a statement that the hub brought names it.
DROP TRIGGER touch_no_delete;
CREATE TRIGGER touch_no_delete BEFORE DELETE ON touch
WHEN EXISTS (SELECT 1 FROM entry WHERE signature = OLD.name) OR EXISTS (SELECT 1 FROM imported WHERE signature = OLD.name)
    OR EXISTS (SELECT 1 FROM held WHERE signature = OLD.name) OR EXISTS (SELECT 1 FROM pulled WHERE signature = OLD.name)
BEGIN SELECT RAISE(ABORT, 'what was signed is never removed'); END;

-- How many entries the log had when this file was rebuilt from a hub. A hub has no claims, evidence files or bundles, so those
-- of these entries may be missing; `verify` says how many are.
CREATE TABLE rebuilt (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL CHECK (size >= 0)
) STRICT;
