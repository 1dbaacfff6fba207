-- Who builds a generation: a new value whenever somebody takes it up. A host that hung while it built one writes nothing into it
-- once another has taken it up. Versions before this one leave it empty.
ALTER TABLE journey.generations ADD COLUMN builder uuid;
