CREATE SCHEMA IF NOT EXISTS journey;
CREATE SCHEMA IF NOT EXISTS journey_models;

CREATE TABLE journey.schema_versions (
  version integer PRIMARY KEY,
  description text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE journey.meta (key text COLLATE "C" PRIMARY KEY, value text NOT NULL);

-- Who may query for reports: hosts let them read every table they make.
CREATE TABLE journey.readers (role name PRIMARY KEY);

CREATE TABLE journey.streams  (id bigint PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE);
CREATE TABLE journey.names    (id integer PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE);
CREATE TABLE journey.sources  (id integer PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE);
CREATE TABLE journey.channels (id integer PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE);

-- Parts by range of position: an old one can be moved to another tablespace, and is still read.
CREATE TABLE journey.events (
  position bigint NOT NULL,
  stream bigint NOT NULL,
  version bigint NOT NULL,
  occurred_at bigint NOT NULL,
  received_at bigint NOT NULL,
  source integer NOT NULL,
  name integer NOT NULL,
  channel integer NOT NULL,
  "partition" smallint NOT NULL,
  kind smallint NOT NULL,
  flags smallint NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  payload bytea NOT NULL,
  PRIMARY KEY (position)
) PARTITION BY RANGE (position);
CREATE INDEX events_by_stream ON journey.events (stream, version);

-- Idempotency across all parts: 128 bits of SHA-256 over source and id, so that two that are equal are the same event.
CREATE TABLE journey.event_keys (event_key uuid PRIMARY KEY, position bigint NOT NULL);

-- Who appended last: whatever another host remembers is out of date then.
CREATE TABLE journey.log_state (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), writer uuid);
INSERT INTO journey.log_state DEFAULT VALUES;

CREATE FUNCTION journey.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are never updated or deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER events_are_never_changed BEFORE UPDATE OR DELETE ON journey.events FOR EACH ROW EXECUTE FUNCTION journey.refuse_change();
CREATE TRIGGER events_are_never_truncated BEFORE TRUNCATE ON journey.events FOR EACH STATEMENT EXECUTE FUNCTION journey.refuse_change();
CREATE TRIGGER event_keys_are_never_changed BEFORE UPDATE OR DELETE ON journey.event_keys FOR EACH ROW EXECUTE FUNCTION journey.refuse_change();
CREATE TRIGGER event_keys_are_never_truncated BEFORE TRUNCATE ON journey.event_keys FOR EACH STATEMENT EXECUTE FUNCTION journey.refuse_change();

-- Makes parts until there is one for a position and some that follow it, and answers from where on to ask again. As the tables' owner, whoever asks.
-- A part is attached, not created in its place: readers and writers go on.
CREATE FUNCTION journey.make_parts(up_to bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  size bigint;
  ahead bigint;
  made bigint;
  part text;
BEGIN
  SELECT value::bigint INTO size FROM journey.meta WHERE key = 'events_per_part' FOR UPDATE;
  ahead := least(size / 10, 100000);
  SELECT coalesce(max(value::bigint), 0) INTO made FROM journey.meta WHERE key = 'events_have_parts_to';
  WHILE made < up_to + ahead LOOP
    part := format('events_%s', lpad((made / size + 1)::text, 6, '0'));
    EXECUTE format('CREATE TABLE journey.%I (LIKE journey.events INCLUDING STORAGE)', part);
    EXECUTE format('ALTER TABLE journey.events ATTACH PARTITION journey.%I FOR VALUES FROM (%s) TO (%s)', part, made + 1, made + size + 1);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON journey.%I FOR EACH STATEMENT EXECUTE FUNCTION journey.refuse_change()', part || '_is_never_truncated', part);
    made := made + size;
  END LOOP;
  INSERT INTO journey.meta (key, value) VALUES ('events_have_parts_to', made::text) ON CONFLICT (key) DO UPDATE SET value = excluded.value;
  RETURN made - ahead;
END $$;

-- A stored payload as text: a format marker, JSON, and where personal values are sealed a zero byte and what seals them. Placeholders stand in their places.
CREATE FUNCTION journey.payload_text(payload bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN convert_from(
    CASE WHEN get_byte(payload, 0) = 2 THEN substr(payload, 2, position('\x00'::bytea IN payload) - 2) ELSE substr(payload, 2) END, 'UTF8');
EXCEPTION WHEN others THEN
  RETURN NULL;
END $$;

CREATE VIEW journey.event_log AS
  SELECT e.position, st.name AS stream, e.version, e."partition", so.name AS source, e.event_id, n.name AS name, e.kind, e.flags, c.name AS channel,
         to_timestamp(e.occurred_at / 1000.0) AS occurred_at, to_timestamp(e.received_at / 1000.0) AS received_at, journey.payload_text(e.payload) AS payload
  FROM journey.events e
  JOIN journey.streams st ON st.id = e.stream
  JOIN journey.sources so ON so.id = e.source
  JOIN journey.names n ON n.id = e.name
  JOIN journey.channels c ON c.id = e.channel;

CREATE TABLE journey.identity_customers (
  id text COLLATE "C" PRIMARY KEY,
  has_user_id boolean NOT NULL,
  has_loyalty_card boolean NOT NULL,
  founded_position bigint NOT NULL,
  merged_into text COLLATE "C"
);
CREATE INDEX identity_customers_merged ON journey.identity_customers (merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE journey.identity_links (
  kind smallint NOT NULL,
  value text COLLATE "C" NOT NULL,
  customer text COLLATE "C" NOT NULL,
  linked_position bigint NOT NULL,
  PRIMARY KEY (kind, value)
);
CREATE INDEX identity_links_by_customer ON journey.identity_links (customer);
CREATE TABLE journey.identity_holders (
  kind smallint NOT NULL,
  value text COLLATE "C" NOT NULL,
  customers text COLLATE "C" NOT NULL,
  is_shared boolean NOT NULL,
  PRIMARY KEY (kind, value)
);
CREATE TABLE journey.identity_parted (
  one text COLLATE "C" NOT NULL,
  other text COLLATE "C" NOT NULL,
  PRIMARY KEY (one, other)
);

-- A customer's key is a row here, wrapped by the master key; an erased one's stays, without a key, so that the stream gets no other.
CREATE TABLE journey.personal_keys (stream bigint PRIMARY KEY, wrapped bytea, erased_at bigint);

CREATE TABLE journey.checkpoints (consumer text COLLATE "C" PRIMARY KEY, token text NOT NULL);

CREATE TABLE journey.read_model_tables (name text COLLATE "C" PRIMARY KEY, projection text NOT NULL, shape text NOT NULL);
CREATE TABLE journey.generations (
  number integer PRIMARY KEY,
  projection text NOT NULL,
  fold_version text NOT NULL,
  basis text NOT NULL,
  tables text NOT NULL,
  up_to text,
  done_slices bigint NOT NULL,
  reached text,
  state text NOT NULL,
  started_at bigint NOT NULL,
  ended_at bigint,
  reason text,
  position bigint
);

CREATE TABLE journey.write_keys (
  key_hash text COLLATE "C" PRIMARY KEY,
  name text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  revoked_at bigint
);
CREATE UNIQUE INDEX write_keys_in_force ON journey.write_keys (name) WHERE revoked_at IS NULL;
CREATE TABLE journey.dead_letters (
  decision_id text COLLATE "C" PRIMARY KEY,
  position bigint NOT NULL,
  customer text COLLATE "C" NOT NULL,
  channel text NOT NULL,
  attempts integer NOT NULL,
  failed_at bigint NOT NULL,
  reason text NOT NULL
);
CREATE INDEX dead_letters_by_time ON journey.dead_letters (failed_at DESC, decision_id);
CREATE INDEX dead_letters_by_customer ON journey.dead_letters (customer);

-- What a host's role needs, and no more: events can be added and read.
CREATE FUNCTION journey.grant_host(host name) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA journey TO %I', host);
  EXECUTE format('GRANT USAGE, CREATE ON SCHEMA journey_models TO %I', host);
  EXECUTE format('GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA journey TO %I', host);
  EXECUTE format('REVOKE INSERT ON journey.schema_versions, journey.readers FROM %I', host);
  EXECUTE format(
    'GRANT UPDATE, DELETE ON journey.identity_customers, journey.identity_links, journey.identity_holders, journey.identity_parted, journey.personal_keys, '
    'journey.checkpoints, journey.read_model_tables, journey.generations, journey.write_keys, journey.dead_letters, journey.meta TO %I', host);
  EXECUTE format('GRANT UPDATE ON journey.log_state TO %I', host);
  EXECUTE format('GRANT EXECUTE ON FUNCTION journey.make_parts(bigint) TO %I', host);
END $$;

-- A role for reports reads the log with placeholders in the place of personal data, and what is folded from it; no keys.
CREATE FUNCTION journey.grant_reader(reader name) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  model record;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA journey, journey_models TO %I', reader);
  EXECUTE format('GRANT SELECT ON journey.event_log, journey.generations, journey.checkpoints TO %I', reader);
  INSERT INTO journey.readers (role) VALUES (reader) ON CONFLICT DO NOTHING;
  FOR model IN SELECT tablename FROM pg_tables WHERE schemaname = 'journey_models' AND tablename NOT LIKE 'customer\_states%' LOOP
    BEGIN
      EXECUTE format('GRANT SELECT ON journey_models.%I TO %I', model.tablename, reader);
    EXCEPTION WHEN insufficient_privilege THEN
      -- A host's own table: the host grants it when it next starts.
      NULL;
    END;
  END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION journey.make_parts(bigint) FROM PUBLIC;
