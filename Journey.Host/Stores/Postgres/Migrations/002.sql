-- Several hosts on one store. All times are this database's.
CREATE TABLE journey.hosts (
  host text COLLATE "C" PRIMARY KEY,
  url text NOT NULL,
  version text NOT NULL,
  fold_version text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  lease interval NOT NULL
);

-- Who folds which partition, and how far it is folded. The token rises whenever a partition changes hands: what commits names the tokens it knows.
CREATE TABLE journey.leases (
  "partition" smallint PRIMARY KEY,
  host text COLLATE "C",
  token bigint NOT NULL DEFAULT 0,
  position bigint NOT NULL
) WITH (fillfactor = 50);
INSERT INTO journey.leases ("partition", position)
  SELECT p, coalesce((SELECT nullif(token, '')::bigint FROM journey.checkpoints WHERE consumer = 'processor'), 0) FROM generate_series(0, 63) p;

-- What only one host does at a time.
CREATE TABLE journey.roles (role text COLLATE "C" PRIMARY KEY, host text COLLATE "C");

-- A host holds what is written down as its own for as long as it says that it lives.
CREATE VIEW journey.living_hosts AS SELECT host, fold_version, seen_at + lease AS until FROM journey.hosts WHERE seen_at + lease > now();

CREATE FUNCTION journey.grant_leases(host name) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON journey.hosts, journey.roles TO %I', host);
  EXECUTE format('GRANT SELECT ON journey.living_hosts TO %I', host);
  EXECUTE format('GRANT SELECT, UPDATE ON journey.leases TO %I', host);
END $$;

-- Whoever may append may hold leases: those who are let in from now on, and those who were before.
ALTER FUNCTION journey.grant_host(name) RENAME TO grant_log;
CREATE FUNCTION journey.grant_host(host name) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM journey.grant_log(host);
  PERFORM journey.grant_leases(host);
END $$;
DO $$
DECLARE
  host name;
BEGIN
  FOR host IN SELECT DISTINCT grantee::name FROM information_schema.role_table_grants
      WHERE table_schema = 'journey' AND table_name = 'log_state' AND privilege_type = 'UPDATE' AND grantee NOT IN (current_user, 'PUBLIC') LOOP
    PERFORM journey.grant_leases(host);
  END LOOP;
END $$;
