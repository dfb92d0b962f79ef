-- What a status look-up asks of the registry's own tables: the entries in force of whoever has a number, by the same index,
-- and how often the list has changed.
CREATE SCHEMA IF NOT EXISTS peer;

DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'peer_reader') THEN CREATE ROLE peer_reader; END IF;
END $$;

CREATE OR REPLACE VIEW peer.entry AS
SELECT id, party_id, register, state, valid_from, valid_until FROM blacklist_entry WHERE ended_on IS NULL;

COMMENT ON VIEW peer.entry IS E'@primaryKey id';

CREATE OR REPLACE FUNCTION peer.entries_of(index text) RETURNS SETOF peer.entry LANGUAGE sql STABLE AS $$
    SELECT entry.* FROM party JOIN peer.entry ON entry.party_id = party.id
    WHERE party.number_index = decode(index, 'hex') AND party.kind = 'USCC' AND party.issuing_country = ''
        AND entry.valid_from <= current_date AND (entry.valid_until IS NULL OR entry.valid_until >= current_date)
$$;

CREATE OR REPLACE FUNCTION peer.list_version() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT number FROM blacklist_version
$$;

GRANT USAGE ON SCHEMA peer, public TO peer_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA peer, public TO peer_reader;
