// PostGraphile as it serves production: one process a core, no page for trying things out, nothing watched. Without
// JWT_SECRET nobody is asked for a token and no role is set, so that it does nothing beside answering; with it, each request
// brings a token and is answered under its role.
import cluster from "node:cluster";
import { createServer } from "node:http";
import { availableParallelism } from "node:os";

import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { PgLazyJWTPreset } from "postgraphile/presets/lazy-jwt";

const CONNECTIONS = 10; // of each process, as many as minglu has by default

if (cluster.isPrimary) {
  for (let started = 0; started < availableParallelism(); started++) cluster.fork();
} else {
  const preset = {
    extends: process.env.JWT_SECRET ? [PostGraphileAmberPreset, PgLazyJWTPreset] : [PostGraphileAmberPreset],
    pgServices: [
      makePgService({
        connectionString: process.env.DATABASE_URL,
        schemas: ["peer"],
        poolConfig: { max: CONNECTIONS },
      }),
    ],
    grafserv: { graphiql: false, watch: false, websockets: false, pgJwtSecret: process.env.JWT_SECRET || undefined },
    grafast: { explain: false },
  };
  const server = createServer();
  await postgraphile(preset).createServ(grafserv).addTo(server);
  server.listen(Number(process.env.PORT), "127.0.0.1");
}
