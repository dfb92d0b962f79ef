-- The registry's own tables as one platform sees them, with the relations that PostGraphile needs to nest. Each view is one
-- range of the same index that the registry reads; a column that is not asked for is not computed. :platform is filled in.
CREATE SCHEMA peer;

CREATE VIEW peer.agency AS
SELECT id, external_id, kind, source, status, revision, updated_at
FROM registration
WHERE platform_key = :platform AND kind = 'AGENCY';

CREATE VIEW peer.operator AS
SELECT id, external_id, kind, source, status, revision, updated_at
FROM registration
WHERE platform_key = :platform AND kind = 'OPERATOR';

-- A streamer has one agency at a time.
CREATE VIEW peer.streamer AS
SELECT id, external_id, kind, source, status, revision, updated_at,
    (
        SELECT agency.id
        FROM tie
        JOIN registration AS agency
            ON agency.party_id = tie.other_party_id AND agency.platform_key = tie.platform_key
            AND agency.source = tie.source AND agency.kind = 'AGENCY' AND agency.status = 'ACTIVE'
        WHERE tie.registration_id = registration.id AND tie.kind = 'STREAMER_AGENCY' AND tie.until IS NULL
        LIMIT 1
    ) AS agency_id
FROM registration
WHERE platform_key = :platform AND kind = 'STREAMER';

-- A streamer once for each operator in whose rooms it appears.
CREATE VIEW peer.member AS
SELECT operator.id AS operator_id, streamer.id, streamer.external_id, streamer.kind, streamer.source, streamer.status,
    streamer.revision, streamer.updated_at
FROM registration AS operator
JOIN tie
    ON tie.other_party_id = operator.party_id AND tie.platform_key = operator.platform_key
    AND tie.source = operator.source AND tie.kind = 'STREAMER_OPERATOR' AND tie.until IS NULL
JOIN registration AS streamer ON streamer.id = tie.registration_id AND streamer.status = 'ACTIVE'
WHERE operator.platform_key = :platform AND operator.kind = 'OPERATOR';

COMMENT ON VIEW peer.agency IS E'@primaryKey id';
COMMENT ON VIEW peer.operator IS E'@primaryKey id';
COMMENT ON VIEW peer.streamer IS
    E'@primaryKey id\n@foreignKey (agency_id) references peer.agency (id)|@fieldName agency';
COMMENT ON VIEW peer.member IS
    E'@primaryKey operator_id,id\n@foreignKey (operator_id) references peer.operator (id)|@foreignFieldName streamers';
